"""The cases an official can read come out as written, and between them every sentence of every rule is said once."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from luban.items.solid_waste_utilisation import rules as swu
from luban.items.solid_waste_utilisation.item import ITEM
from luban.kit.reading import SHAPE_RULE
from luban.registers.solid_waste.rules import (
    contract,
    evidence,
    parties,
    receiver,
    statement,
    transport,
    waste,
)
from luban.stages.trial import Result, read_cases, try_cases

CASES = read_cases(Path(__file__).with_name("cases.yaml"))
MODULES: tuple[ModuleType, ...] = (
    statement,
    parties,
    waste,
    contract,
    receiver,
    transport,
    evidence,
    swu,
)
MAKERS = {"block": ("block",), "warn": ("warn",), "info": ("info",), "finding": ("block", "warn")}


@cache
def results() -> dict[str, Result]:
    """Every case, run once."""
    return {
        entry.name: result for entry, result in zip(CASES, try_cases(item=ITEM, cases=CASES), strict=True)
    }


@pytest.mark.parametrize("name", [entry.name for entry in CASES])
def test_case_comes_out_as_written(name: str) -> None:
    assert results()[name].differences == []


def expected_findings() -> Iterator[dict[str, Any]]:
    """The findings the case file spells out (not those a result merely happens to hold)."""
    for entry in CASES:
        yield from (f for f in entry.expect.get("findings", ()) if isinstance(f, dict))


def test_every_rule_speaks_once_and_is_silent_once() -> None:
    said = {finding["rule"] for finding in expected_findings()}
    assert {rule.id for rule in ITEM.rules} == said - {SHAPE_RULE}
    assert results()["底稿"].findings == []


def sentences() -> Iterator[tuple[str, str, re.Pattern[str]]]:
    """(place, severity, pattern) of every finding a rule can make, read from the source."""
    for module in MODULES:
        for call in ast.walk(ast.parse(inspect.getsource(module))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            if call.func.id in MAKERS:
                place = 2 if call.func.id == "finding" else 1
                pattern = re.compile(_pattern(call.args[place], module), re.DOTALL)
                for severity in MAKERS[call.func.id]:
                    yield f"{module.__name__}:{call.lineno}", severity, pattern


def _pattern(words: ast.expr, module: ModuleType) -> str:
    if isinstance(words, ast.Constant):
        return re.escape(str(words.value))
    if isinstance(words, ast.Name):
        return re.escape(str(getattr(module, words.id)))
    assert isinstance(words, ast.JoinedStr), "a rule's sentence must be written where it is said"
    return "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".+" for p in words.values)


@pytest.mark.parametrize(("place", "severity", "pattern"), list(sentences()))
def test_every_sentence_is_said_in_some_case(place: str, severity: str, pattern: re.Pattern[str]) -> None:
    spelled = [f for f in expected_findings() if f.get("severity") == severity]
    assert any(pattern.fullmatch(f["message"]) for f in spelled), (
        f"{place}: no case expects {pattern.pattern}"
    )


def test_warnings_must_be_acknowledged_and_blocks_stop() -> None:
    assert not results()["有提醒未勾已核实不能提交"].submitted
    assert all(
        not r.submitted for r in results().values() if any(f["severity"] == "block" for f in r.findings)
    )
