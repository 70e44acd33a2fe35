"""Signed papers against the form: one that states something else than the form does now has lapsed (已失效).

A signed paper keeps, beside its file, its mark and what the mark rests on (`paper.Basis`), so that it can be computed
again from the form as it stands, also when the case has come back for correction in a new draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from luban.cases.context import Context
from luban.cases.models import File
from luban.kit.item import Item
from luban.kit.materials import Slot
from luban.stages.fill.paper import Basis, mark_of, row_papers
from luban.stages.fill.recognise import MISMATCH
from luban.stages.fill.views import DraftView
from luban.stages.precheck.check import Checked

MARK, SIGNED_AS, NOTE = "mark", "signed_as", "signed_note"
_DRAFT, _DAY, _NUMBER = "mark_draft", "mark_day", "mark_number"


def kept_of(*, mark: str, basis: Basis, check: str, note: str) -> dict[str, Any]:
    """What a signed paper keeps: its mark, what that rests on, and how it was found when it was signed."""
    return {
        MARK: mark,
        SIGNED_AS: check,
        NOTE: note,
        _DRAFT: basis.draft,
        _DAY: basis.day.isoformat(),
        _NUMBER: basis.number,
    }


def _basis(kept: Mapping[str, Any]) -> Basis:
    return Basis(str(kept[_DRAFT]), date.fromisoformat(kept[_DAY]), str(kept[_NUMBER]))


def expired(slot: Slot) -> str:
    """What is said of a paper that is not of the latest print."""
    return f"{slot.material.title}版本已过期，请重新下载"


def compare_signed(
    *, rows: Iterable[File], item: Item, draft: DraftView, checked: Checked, context: Context
) -> bool:
    """Mark the signed papers that have lapsed, and those that hold again; whether any changed."""
    papers = {(p.slot.material.code, p.slot.binding): p for p in row_papers(item=item, form=checked.form)}
    changed = False
    for file in rows:
        paper = papers.get((file.code, file.binding))
        if paper is None or MARK not in file.recognised:
            continue
        kept = file.recognised
        mark = mark_of(
            item=item, draft=draft, checked=checked, context=context, paper=paper, basis=_basis(kept)
        )
        holds = mark == kept[MARK]
        check = kept[SIGNED_AS] if holds else MISMATCH
        if file.check_result != check:
            file.check_result, file.note = check, kept[NOTE] if holds else expired(paper.slot)
            file.save(update_fields=["check_result", "note"])
            changed = True
    return changed
