"""The trial's words as JSON."""

from __future__ import annotations

from typing import Any

from luban.cases.limits import Running
from luban.kit.findings import Finding


def finding_row(finding: Finding) -> dict[str, Any]:
    """A finding: rule, severity, path, message, law, evidence."""
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "path": finding.path,
        "message": finding.message,
        "law": list(finding.law),
        "evidence": {k: str(v) for k, v in finding.evidence.items()},
    }


def limit_row(clock: Running) -> dict[str, Any]:
    """A clock with its due day."""
    return {
        "code": clock.code,
        "title": clock.title,
        "days": clock.n,
        "unit": clock.unit,
        "start": clock.start.isoformat(),
        "due": clock.due.isoformat() if clock.due else None,
        "stopped": clock.stopped.isoformat() if clock.stopped else None,
    }
