"""Compare what came with what was expected; every difference is a sentence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from luban.kit.reading import SHAPE_RULE
from luban.stages.trial.model import Result

KNOWN = (
    "findings",
    "blocks",
    "warns",
    "no",
    "submitted",
    "state",
    "step",
    "numbers",
    "limits",
    "licences",
    "registers",
    "derived",
    "refused",
    "documents",
    "messages",
    "states",
    "evidence",
    "verdicts",
    "scores",
)


def differences(result: Result, expect: Mapping[str, Any], rules: Collection[str]) -> list[str]:
    """What differs; unknown expectations, and silence expected of what is none of the item's rules, are differences too."""
    found = [f"unknown expectation {name}" for name in expect if name not in KNOWN]
    silent = (rule for rule in expect.get("no", ()) if rule not in rules and rule != SHAPE_RULE)
    found += [f"no: {rule} is not a rule of this item" for rule in silent]
    for name, wanted in expect.items():
        if name in KNOWN:
            found += _compare(name, wanted, result)
    return found


def _compare(name: str, wanted: Any, result: Result) -> list[str]:
    if name in {"findings", "blocks", "warns"}:
        severity = {"blocks": "block", "warns": "warn"}.get(name)
        rows = [f for f in result.findings if severity is None or f["severity"] == severity]
        return _findings(name, wanted, rows)
    if name == "no":
        fired = {f["rule"] for f in result.findings}
        return [f"{rule} fired and should be silent" for rule in wanted if rule in fired]
    if name == "refused":
        return _findings(name, wanted, result.refused, key="code")
    if name == "documents":
        return _list(name, wanted, [d["code"] for d in result.documents])
    if name == "messages":
        return _list(name, wanted, [f"{m['link']}.{m['name']}" for m in result.messages])
    if name == "evidence":
        return _list(name, wanted, [e["name"] for e in result.evidence])
    if name == "states":
        return _list(name, wanted, [t["state"] for t in result.timeline])
    if name == "limits":
        return _mapping(name, wanted, {c["code"]: c["due"] for c in result.limits})
    if isinstance(wanted, Mapping):
        return _mapping(name, wanted, getattr(result, name))
    got = getattr(result, name)
    return [] if got == wanted else [f"{name}: {got!r}, expected {wanted!r}"]


def _list(name: str, wanted: list[Any], got: list[Any]) -> list[str]:
    return [] if got == list(wanted) else [f"{name}: {got}, expected {list(wanted)}"]


def _findings(name: str, wanted: list[Any], rows: list[dict[str, Any]], key: str = "rule") -> list[str]:
    if len(wanted) != len(rows):
        got = [f"{r[key]} {r['message']}" for r in rows]
        return [f"{name}: {got}, expected {wanted}"]
    found = []
    for want, row in zip(wanted, rows, strict=True):
        asked = {key: want} if isinstance(want, str) else dict(want)
        found += [
            f"{name}: {k} is {row.get(k)!r}, expected {v!r}" for k, v in asked.items() if row.get(k) != v
        ]
    return found


def _mapping(name: str, wanted: Mapping[Any, Any], got: Mapping[str, Any]) -> list[str]:
    found = []
    for key, value in wanted.items():
        have = got.get(str(key))
        if isinstance(value, Mapping) and isinstance(have, Mapping):
            found += _mapping(f"{name}.{key}", value, have)
        elif str(have) != str(value):
            found.append(f"{name}.{key}: {have!r}, expected {value!r}")
    return found
