"""What runs inside the house: a process with the environment of its workers. Prints one line of JSON.

`ready MANY` brings written applications as far as the desk where permits are made, the registers of the written case
answering for the real ones, and clears away what those acts would tell partners; `begin NUMBERS…` begins the batch
as its page does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from config.discovery import discover  # noqa: E402
from luban.cases import house  # noqa: E402
from luban.items import __path__ as items_path  # noqa: E402
from luban.kit import registry  # noqa: E402
from luban.kit.clock import clock  # noqa: E402
from luban.links.outbox.models import Effect  # noqa: E402
from luban.people.actor import Actor  # noqa: E402
from luban.stages.review.batch import chosen  # noqa: E402
from luban.stages.review.batch_book import begin  # noqa: E402
from luban.stages.review.batch_check import check  # noqa: E402
from luban.stages.trial import read_cases  # noqa: E402
from luban.stages.trial.book import CaseEntry, put_at  # noqa: E402
from luban.stages.trial.house import context_for  # noqa: E402
from luban.stages.trial.play import play  # noqa: E402
from luban.stages.trial.registers import in_memory  # noqa: E402

CODE, ACT = "hazwaste_transfer_out", "certify"
REVIEWER = Actor("bench", "示例李", "city_reviewer", "310000", "上海市生态环境局", "310000")


def entry() -> CaseEntry:
    """The written case up to the permit, small enough that the receiver has room for hundreds of them."""
    written = read_cases(Path(items_path[0]) / CODE / "tests" / "cases.yaml")[0].model_copy(deep=True)
    until = next(n for n, line in enumerate(written.timeline) if line.act == ACT)
    for row, tonnes in enumerate(("3", "1.2")):
        put_at(written.form, f"waste.wastes[{row}].apply_qty", tonnes)
    return written.model_copy(update={"timeline": written.timeline[:until]})


def ready(many: int) -> list[str]:
    """The numbers of `many` cases that wait for their permit."""
    item, case = registry.get(CODE), entry()
    known = context_for(item=item, entry=case, registers=in_memory(item=item, entry=case)).providers
    providers, commands = house.offers()
    one_firm = {**commands, "transfer_permits.apply": lambda **_: None}
    answers = ({**providers, **known}, one_firm)
    house.offers = lambda: answers  # type: ignore[assignment]
    house.forget()
    numbers = []
    for _ in range(many):
        numbers.append(play(item=item, entry=case).number)
        Effect.objects.filter(state="pending").update(state="cancelled", done_at=clock.now())
    return numbers


def started(numbers: list[str]) -> str:
    """Begin the batch; its number."""
    rows, action = chosen(numbers=numbers, actor=REVIEWER, action=ACT)
    checked = check(rows=rows, action=action, actor=REVIEWER)
    if checked.struck:
        raise SystemExit(checked.struck[0].why_not)
    return begin(
        checked=checked, actor=REVIEWER, words={}, together=False, request_id=f"bench-{numbers[0]}"
    ).number


PARTS: dict[str, Callable[[list[str]], Any]] = {
    "ready": lambda words: ready(int(words[0])),
    "begin": started,
}


def main(words: list[str]) -> None:
    """Do the named part."""
    discover()
    part, *rest = words
    sys.stdout.write(f"{json.dumps(PARTS[part](rest), ensure_ascii=False)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
