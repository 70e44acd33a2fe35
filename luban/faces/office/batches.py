"""批次: the batches that are kept; one of them with every case of it, how far it is, what to try again, as a spreadsheet.

The page of a batch refreshes itself while something is about to change by itself; it may be left and come back to.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from luban.cases.models import Batch, BatchLine
from luban.faces.office.download import XLSX, attachment
from luban.faces.office.frame import office_page, short_of
from luban.faces.office.worklist import case_url
from luban.kit.clock import ZONE
from luban.kit.fields import whole_number
from luban.people.requests import ActorRequest
from luban.people.trail import address_of, audit
from luban.stages.export.workbook import write_lines
from luban.stages.review.batch_book import DONE, FAILED, STRUCK, WAITING, actor_of, find, recent
from luban.stages.review.batch_fate import Fate, fates_of
from luban.stages.review.batch_run import retry
from luban.ui.words import Status, status

HEADS = ("序号", "办件编号", "申请单位", "发往", "状态", "文号", "说明", "办理时间")
MERGED, APART = "同省合并一函附清单", "一案一函"


@dataclass(frozen=True)
class Line:
    """A line of the page: the case, its mark, the number of its paper and where to fetch it, what is in the way."""

    line: BatchLine
    fate: Fate
    mark: Status
    href: str
    paper: str


@dataclass(frozen=True)
class Progress:
    """How far a batch is: lines of each state, papers that are sealed of those asked for."""

    total: int
    waiting: int
    done: int
    failed: int
    struck: int
    papers: int
    sealed: int

    @property
    def settled(self) -> int:
        """Lines that are done or failed."""
        return self.done + self.failed

    @property
    def open(self) -> int:
        """Lines that were not struck out."""
        return self.total - self.struck


@office_page()
@require_safe
def batches(request: ActorRequest) -> HttpResponse:
    """The latest batches whose cases the reader may see."""
    found = [(one, short_of(one.item), actor_of(one).name) for one in recent(actor=request.actor)]
    return render(request, "office/batches.html", {"lines": found})


@office_page()
@require_safe
def batch(request: ActorRequest, number: str) -> HttpResponse:
    """One batch; a fragment of it for the page that refreshes itself."""
    kept, lines = find(number=number, actor=request.actor)
    shown = _lines(kept, lines)
    progress = _progress(shown)
    asked = actor_of(kept)
    words: dict[str, Any] = {
        "batch": kept,
        "item": short_of(kept.item),
        "by": asked,
        "at": kept.created_at,
        "way": _way(kept, lines),
        "lines": shown,
        "progress": progress,
        "mine": (asked.role, asked.organisation) == (request.actor.role, request.actor.organisation),
        "busy": progress.waiting or any(one.fate.moving for one in shown),
    }
    bare = request.headers.get("HX-Request") == "true"
    return render(request, "office/batch_lines.html" if bare else "office/batch_kept.html", words)


@office_page()
@require_POST
def again(request: ActorRequest, number: str) -> HttpResponse:
    """Try a line again; what came of it is said on the batch's page."""
    line = whole_number(request.POST.get("line", "")) or 0
    messages.info(request, retry(number=number, line_id=line, actor=request.actor))
    return HttpResponseRedirect(reverse("office:batch_kept", args=[number]))


@office_page(right="case.export")
@require_safe
def export(request: ActorRequest, number: str) -> HttpResponse:
    """The batch as a workbook, one line a case."""
    kept, lines = find(number=number, actor=request.actor)
    audit(
        actor=request.actor,
        action="case.export",
        target=kept.number,
        detail={"rows": str(len(lines))},
        ip=address_of(request),
    )
    target = io.BytesIO()
    write_lines(target=target, title=kept.number, heads=HEADS, lines=_sheet(_lines(kept, lines)))
    return attachment(target.getvalue(), name=f"{kept.number}_{kept.title}.xlsx", kind=XLSX)


def _lines(kept: Batch, lines: Sequence[BatchLine]) -> tuple[Line, ...]:
    fates = fates_of(batch=kept, lines=lines)
    return tuple(_line(line, fates[line.pk]) for line in lines)


def _line(line: BatchLine, fate: Fate) -> Line:
    number = line.case.number
    paper = reverse("office:paper", args=[number, fate.paper]) if fate.paper else ""
    return Line(line, fate, status(of="batch", code=fate.code), case_url(number), paper)


def _progress(shown: Sequence[Line]) -> Progress:
    counted = {name: sum(one.line.state == name for one in shown) for name in (WAITING, DONE, FAILED, STRUCK)}
    papers = [one.fate for one in shown if one.fate.paper or one.fate.code == "signing"]
    return Progress(
        total=len(shown), papers=len(papers), sealed=sum(bool(fate.paper) for fate in papers), **counted
    )


def _way(kept: Batch, lines: Sequence[BatchLine]) -> str:
    """Merged letters or one a case; nothing where the act is about no letter."""
    if not any(line.addressee for line in lines):
        return ""
    return MERGED if kept.together else APART


def _sheet(shown: Sequence[Line]) -> Iterator[tuple[Any, ...]]:
    for one in shown:
        at = one.line.settled_at
        yield (
            one.line.place,
            one.line.case.number,
            one.line.case.applicant_name,
            one.line.addressee,
            one.mark.word,
            one.fate.number,
            one.fate.trouble,
            f"{at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}" if at else "",
        )
