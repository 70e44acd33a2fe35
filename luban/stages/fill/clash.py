"""Two people at one draft: neither's words are lost, and the second is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.stages.fill.views import ClashingValue, DraftView


class Clash(Refused):
    """The section was changed meanwhile (409). `theirs` is the draft as stored, `mine` what was just posted,
    `values` the answers that differ; the page shows both and the person chooses."""

    def __init__(
        self, *, message: str, theirs: DraftView, mine: Mapping[str, Any], values: tuple[ClashingValue, ...]
    ):
        super().__init__("DRAFT_CHANGED", message)
        self.theirs, self.mine, self.values = theirs, mine, values


def clash(
    *, item: Item, theirs: DraftView, mine: Mapping[str, Any], values: tuple[ClashingValue, ...] = ()
) -> Clash:
    """The refusal, naming who saved last and when."""
    when = f"{theirs.updated_at:%m月%d日%H:%M}"
    message = f"本节已由账号{theirs.account}于{when}修改，您刚才的修改尚未保存。请对照两处内容后再保存。"
    return Clash(message=message, theirs=theirs, mine=mine, values=values)
