"""What an application that relies on a general exemption is asked: one question for each condition of each line. Pure.

The answers are the ones `judge.general_eval` reads: condition by `rule_id.key`, the record of accidents of each end by the
keys below. What nobody can say yet is not known, and a person looks. Source: 危险废物跨省转移业务说明 §7.5, §12.11.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from luban.registers.exemptions.judge import NO_ACCIDENT, general_lines
from luban.registers.exemptions.parts import ExemptionRule

GENERATOR, RECEIVER = "generator.accident_free", "receiver.accident_free"
ANSWERS = (("yes", "满足"), ("no", "不满足"), ("unknown", "待补证明"))
"""The choices of an answer; `unknown` and blank are not known."""
_MEANS = {"yes": True, "no": False}


class Question(NamedTuple):
    """A condition to be answered: its key and what is asked."""

    key: str
    text: str


def questions(
    *, rules: Iterable[ExemptionRule], code: str, receiver_known: bool = False
) -> tuple[Question, ...]:
    """The questions of a waste code, in the order of the list; none when no line may be used across provinces.

    `receiver_known`: the register knows the receiver's record of accidents, so it is not asked.
    """
    lines = general_lines(rules=rules, code=code)
    if not lines:
        return ()
    asked = [
        Question(f"{rule.rule_id}.{key}", f"{rule.rule_id} {text}")
        for rule in lines
        for key, text in rule.conditions.items()
    ]
    asked.append(Question(GENERATOR, f"移出人{NO_ACCIDENT}"))
    if not receiver_known:
        asked.append(Question(RECEIVER, f"接受人{NO_ACCIDENT}"))
    return tuple(asked)


def answers_of(answers: Iterable[tuple[str | None, str | None]]) -> Mapping[str, bool | None]:
    """Answers (key, choice) as the judgement reads them; of two to one question the one that says no counts."""
    found: dict[str, bool | None] = {}
    for key, choice in answers:
        if key:
            said = _MEANS.get(choice or "")
            found[key] = False if found.get(key) is False else said
    return found
