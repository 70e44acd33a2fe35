"""The parts of a running trial and what it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from luban.cases.context import Context
from luban.cases.memory import MemoryStore
from luban.kit.facts import Applicant
from luban.kit.item import Item
from luban.registers.licences.memory import MemoryLicences
from luban.stages.trial.book import CaseEntry


@dataclass
class Result:
    """Everything a trial says, as plain JSON values; `differences` from what was expected (empty: as expected)."""

    name: str
    findings: list[dict[str, Any]] = field(default_factory=list)
    passed: int = 0
    submitted: bool = False
    refused: list[dict[str, Any]] = field(default_factory=list)
    timeline: list[dict[str, Any]] = field(default_factory=list)
    state: str = "draft"
    step: str = ""
    verdicts: dict[str, str] = field(default_factory=dict)
    scores: dict[str, Any] = field(default_factory=dict)
    limits: list[dict[str, Any]] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    documents: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    licences: dict[str, dict[str, str]] = field(default_factory=dict)
    registers: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    derived: dict[str, Any] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)


@dataclass
class Trial:
    """The parts of one running trial."""

    item: Item
    entry: CaseEntry
    context: Context
    store: MemoryStore
    licences: MemoryLicences
    applicant: Applicant
    payload: dict[str, Any]
    result: Result
    case_id: str = ""
