"""`luban verify --ledger`: everything against the chain, in lines a person reads."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from luban.cases.models import Case
from luban.ledger.conclusions import SEVERITIES
from luban.ledger.connection import connect
from luban.ledger.port import ChainPort, ChainUnavailable
from luban.ledger.writes import stuck
from luban.stages.chain.verify import (
    Verified,
    chain_problem,
    verify_all,
    verify_case,
    verify_histories,
    verify_history,
)


@dataclass(frozen=True)
class Reported:
    """The lines of the report and whether all is well."""

    lines: tuple[str, ...]
    well: bool


def report(*, number: str = "") -> Reported:
    """Verify everything, or the case of that number."""
    try:
        port = connect()
    except ChainUnavailable as missing:
        return Reported((f"✗ {missing}",), False)
    problem = chain_problem(port=port)
    if problem:
        return Reported((f"✗ {problem}",), False)
    return _one(port, number) if number else _all(port)


def _one(port: ChainPort, number: str) -> Reported:
    case = Case.objects.filter(number=number).values_list("pk", flat=True).first()
    if case is None:
        return Reported((f"✗ 没有编号为“{number}”的办件。",), False)
    found = verify_case(port=port, case=str(case))
    history = verify_history(port=port, case=str(case))
    lines = [_line(one) for one in found]
    if history.proof is None or not history.proof.confirmed:
        lines.append("　办件经过：检查点待上链。")
    else:
        said = history.problem or f"与链上存证一致（至第{history.proof.head.seq}条）。"
        lines.append(f"{'✗' if history.problem else '✓'} 办件经过：{said}")
    return Reported(tuple(lines), all(one.well for one in found) and not history.problem)


def _all(port: ChainPort) -> Reported:
    began = time.monotonic()
    found = list(verify_all(port=port))
    histories = list(verify_histories(port=port))
    waiting = stuck()
    bad = [one for one in found if not one.well]
    torn = [one for one in histories if one.problem]
    lines = [_line(one) for one in bad]
    lines += [f"✗ 办件经过 {_number(one.case)}：{one.problem}" for one in torn]
    lines += [f"✗ 上链请求 {one.request_id}（{one.title}）：{one.error}" for one in waiting]
    lines.append(
        f"链上记录 {len(found)} 条、办件经过 {len(histories)} 件已与区块链核对，"
        f"用时 {time.monotonic() - began:.1f} 秒，发现问题 {len(bad) + len(torn) + len(waiting)} 处。"
    )
    return Reported(tuple(lines), not (bad or torn or waiting))


def _line(one: Verified) -> str:
    mark = "✓" if one.well else "✗"
    level = SEVERITIES[one.conclusion.severity]
    others = tuple(dict.fromkeys(_others(one)))
    more = f"（另有：{'；'.join(others)}）" if others else ""
    return f"{mark} {one.record.kind} {one.looked.case_no} 第{one.looked.version}版［{level}］{one.conclusion.message}{more}"


def _others(one: Verified) -> Iterator[str]:
    for finding in one.conclusion.findings[1:]:
        if finding.code != one.conclusion.result:
            yield finding.message


def _number(case: str) -> str:
    return Case.objects.filter(pk=case).values_list("number", flat=True).first() or case
