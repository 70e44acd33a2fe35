"""The clauses SWC-00…36 that every transfer of solid waste out of the city must meet (一般固体废物 1.4).

One function a clause, in the module of its subject; an item takes the whole set with `clauses`, naming the article
its transfer rests on, and adds its own. Order of running is the order of the numbers.
"""

from __future__ import annotations

from dataclasses import replace

from luban.kit.rules import Rule, Rules
from luban.registers.solid_waste.rules import (
    contract,
    evidence,
    parties,
    receiver,
    statement,
    transport,
    waste,
)
from luban.registers.solid_waste.rules.aspects import TRANSFER

VERSION = "2026-1"
_SUBJECTS = (statement, parties, waste, contract, receiver, transport, evidence)


def clauses(*, transfer_law: str) -> Rules:
    """SWC-00…36 in order; `transfer_law` is the id of the article that requires this filing or approval."""
    every = sorted((rule for subject in _SUBJECTS for rule in subject.RULES), key=lambda rule: rule.id)
    return Rules((_resting_on(rule, transfer_law) for rule in every), version=VERSION)


def _resting_on(rule: Rule, transfer_law: str) -> Rule:
    return replace(rule, law=tuple(transfer_law if law == TRANSFER else law for law in rule.law))
