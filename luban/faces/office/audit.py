"""审计日志: who did what, when and from where; for the audit administrator alone, who changes nothing here.

Each line shown is held against its code, and lines that a checkpoint holds but the table no longer does are named, so
that tampering shows on the page and not only in `luban verify`. Looking is not noted; taking the trail away is.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from luban.faces.office.asked import day_of, text_of
from luban.faces.office.audit_words import ACTIONS, title_of_action
from luban.faces.office.download import headers_of
from luban.faces.office.frame import office_page
from luban.kit.clock import ZONE, clock
from luban.kit.fields import whole_number
from luban.people.models import AuditSeal
from luban.people.organisations import bureaus
from luban.people.requests import ActorRequest
from luban.people.roles import title_of
from luban.people.trail import AuditLine, address_of, audit, last_seal, lines_of, lost_between, read_trail
from luban.people.trail_seals import is_signed
from luban.ui.view import Empty, Filter, FilterField, Note, Pager

PAGE = 50
LONGEST = 200
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_OFFICES = {bureau.code: bureau.name for bureau in bureaus()}
HEAD = ("序号", "时间", "账号", "角色", "机构", "事项", "对象", "内容", "来源地址", "校验")


@dataclass(frozen=True)
class Line:
    """A line as it is drawn: the action in words, who by role and office, its detail as pairs, what is wrong with it."""

    line: AuditLine
    action: str
    role: str
    office: str
    detail: tuple[tuple[str, str], ...]
    problem: str


@office_page(right="audit.read")
@require_safe
def audit_trail(request: ActorRequest) -> HttpResponse:
    """The trail, newest first, a page at a time."""
    asked, here = _asked(request), reverse("office:audit")
    before = whole_number(request.GET.get("before", "")) or None
    found = read_trail(before=before, limit=PAGE + 1, **asked)
    shown = found[:PAGE]
    parts = {name: text_of(value) for name, value in asked.items() if value}
    more = urlencode({**parts, "before": shown[-1].number}) if len(found) > PAGE else ""
    export = (
        f"{reverse('office:audit_export')}?{urlencode(parts)}" if parts else reverse("office:audit_export")
    )
    words = {
        "filter": _filter(asked, here, export),
        "lines": [_drawn(line) for line in shown],
        "notes": (*_lost(shown, filtered=bool(parts)), _sealed(last_seal())),
        "pager": Pager(
            f"从新到旧，本页 {len(shown)} 条", here if before else "", f"{here}?{more}" if more else ""
        ),
        "empty": Empty(
            "没有符合条件的日志。", "换一个条件再查；日志只增不改，保存期内不会删除。", "list-search"
        ),
    }
    return render(request, "office/audit.html", words)


@office_page(right="audit.read")
@require_safe
def audit_export(request: ActorRequest) -> StreamingHttpResponse:
    """The lines that fit as a CSV, written while it is read; a line of the trail says that they were taken."""
    asked = _asked(request)
    audit(
        actor=request.actor,
        action="audit.export",
        target="audit",
        detail={name: text_of(value) for name, value in asked.items() if value},
        ip=address_of(request),
    )
    answer = StreamingHttpResponse(_csv(lines_of(**asked)), content_type="text/csv; charset=utf-8")
    for name, value in headers_of(f"审计日志_{clock.today():%Y%m%d}.csv").items():
        answer[name] = value
    return answer


def _asked(request: ActorRequest) -> dict[str, Any]:
    """The filters of the address. Raises Refused (400) for a day that is none."""
    words = {n: (request.GET.get(n) or "").strip()[:LONGEST] for n in ("account", "action", "target")}
    days: dict[str, date | None] = {n: day_of(request.GET.get(n, "")) for n in ("since", "until")}
    return {**words, **days}


def _filter(asked: Mapping[str, Any], here: str, export: str) -> Filter:
    return Filter(
        (
            FilterField("account", "账号", "search", asked["account"], placeholder="完整账号"),
            FilterField(
                "action", "事项", "select", asked["action"], options=(("", "全部"), *ACTIONS.items())
            ),
            FilterField("target", "对象", "search", asked["target"], placeholder="如 case:办件号", wide=True),
            FilterField("since", "自", "date", text_of(asked["since"])),
            FilterField("until", "至", "date", text_of(asked["until"])),
        ),
        action=here,
        export_href=export,
        clear_href=here if any(asked.values()) else "",
    )


def _drawn(line: AuditLine) -> Line:
    return Line(
        line,
        title_of_action(line.action),
        title_of(line.role) if line.role else "",
        _OFFICES.get(line.organisation, line.organisation),
        tuple((str(name), _said(value)) for name, value in line.detail.items()),
        problem_of(line),
    )


def problem_of(line: AuditLine) -> str:
    """What is wrong with a line; empty when it is as it was written."""
    if line.touched is None:
        return ""
    columns = "、".join(column for column in line.touched if column != "?")
    return f"被改动过：{columns}" if columns else "被改动过，或不是平台写入的"


def _lost(shown: tuple[AuditLine, ...], *, filtered: bool) -> tuple[Note, ...]:
    """Lines that are missing among those of the page; a filter hides lines, so only where there is none."""
    if filtered or not shown:
        return ()
    lost = lost_between(low=shown[-1].number, high=shown[0].number)
    if not lost:
        return ()
    numbers = "、".join(f"第{number}条" for number in lost[:20])
    return (
        Note(
            f"检查点里有而日志里没有：{numbers}。请保护现场，运行 luban verify 并从备份核对。",
            "日志被删除",
            "bad",
        ),
    )


def _sealed(seal: AuditSeal | None) -> Note:
    if seal is None:
        return Note(
            "日志写入后由后台任务每分钟封存一次；后台任务没有运行时请联系运维。", "还没有检查点", "warn"
        )
    at = f"{seal.sealed_at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"
    if not is_signed(seal):
        return Note(
            f"第 {seal.number} 号检查点（{at}）的平台签名（SM2）不符，请立即核对。", "检查点被改动", "bad"
        )
    return Note(
        f"第 {seal.number} 号检查点，{at}，平台签名（SM2）有效；全部核对用 luban verify。", "日志已封存", "ok"
    )


def _csv(lines: Iterable[AuditLine]) -> Iterator[str]:
    yield "\ufeff"
    yield _row(HEAD)
    for line in lines:
        yield _row(
            (
                str(line.number),
                f"{line.at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}",
                line.account,
                title_of(line.role) if line.role else "",
                line.organisation,
                title_of_action(line.action),
                line.object,
                "；".join(f"{name}={_said(value)}" for name, value in line.detail.items()),
                line.ip,
                problem_of(line) or "相符",
            )
        )


def _row(cells: Iterable[str]) -> str:
    held = io.StringIO()
    csv.writer(held).writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
    return held.getvalue()


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
