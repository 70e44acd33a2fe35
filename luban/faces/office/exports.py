"""导出: the list at hand as a spreadsheet; a long one is made in the background and fetched when it is ready.

Beyond what a list's address says, an export may say `on=any` (the period is that of any event, not of submission
alone), `only` (filters of the statistics page) and `per` (a line of the form's table, or a case, on each line).
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import IO, Any, cast

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from procrastinate.contrib.django import app as jobs_app

from luban.cases import house
from luban.cases.models import Case
from luban.faces.office.asked import NAMES, asked_of
from luban.faces.office.download import XLSX, attachment, headers_of
from luban.faces.office.figures_asked import filters_of, only_parts
from luban.faces.office.frame import office_page
from luban.faces.office.models import ExportRun
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.people.access import refusal
from luban.people.actor import Actor
from luban.people.permissions import allowed
from luban.people.requests import ActorRequest
from luban.people.trail import address_of, audit
from luban.stages.export.chapters import dimensions_of
from luban.stages.export.figures import asked_for
from luban.stages.export.projection import Only, happened, narrowed
from luban.stages.export.rows import Layout, by_line, how_many, lines_of
from luban.stages.export.workbook import write_lines
from luban.stages.review.worklist import ALL, HANDLED, MINE, Wanted, rows_of
from luban.trust.objects import ObjectMissing, ObjectTouched

AT_ONCE = 5_000
MOST = 50_000
KEPT = 20
ANY, CASE = "any", "case"
JOB = "office.export"
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
STATES = {WAITING: "排队中", RUNNING: "正在生成", DONE: "可以下载", FAILED: "没有做成"}


@dataclass(frozen=True)
class Chosen:
    """What is exported: a list, its filters, whether its period is that of any event, and what a line is."""

    wanted: Wanted
    only: tuple[Only, ...] = ()
    any_event: bool = False
    per_case: bool = False

    @property
    def item(self) -> Item | None:
        """The item whose columns are written: the one asked for, none for a mixed list."""
        return item_of(self.wanted)

    @property
    def layout(self) -> Layout:
        """Line by line where the item has lines, unless cases are asked for."""
        return Layout(self.item, by_line(item=self.item) and not self.per_case)

    @property
    def said(self) -> dict[str, Any]:
        """As it is noted and kept with a run: plain values."""
        listed = {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(self.wanted).items() if v}
        more = {"only": [value for _, value in only_parts(self.only)], "on": ANY if self.any_event else ""}
        return {**listed, **{k: v for k, v in {**more, "per": CASE if self.per_case else ""}.items() if v}}


def chosen(*, actor: Actor, what: Chosen) -> QuerySet[Case]:
    """The cases of an export, latest first."""
    wanted, since, until = what.wanted, what.wanted.since, what.wanted.until
    if what.any_event:
        wanted = replace(wanted, since=None, until=None)
    rows = rows_of(actor=actor, wanted=wanted, today=clock.today())
    if what.any_event and (since or until):
        rows = happened(rows=rows, since=since or date.min, until=until or date.max)
    return narrowed(rows=rows, only=what.only).order_by("-submitted_on", "-id")


def item_of(wanted: Wanted) -> Item | None:
    """The item a list is of; None for a mixed one."""
    code = wanted.item or wanted.step.partition(":")[0]
    return next((i for i in registry.all_items() if i.code == code), None)


@office_page(right="case.export")
@require_safe
def export(request: ActorRequest) -> HttpResponse | FileResponse:
    """The cases asked for as a workbook: at once, or in the background beyond 5,000 lines.

    Refused (400) beyond 50,000 lines: part of a list, told as the whole, misleads.
    """
    what = chosen_of(request)
    rows, layout = chosen(actor=request.actor, what=what), what.layout
    count = how_many(rows=rows, layout=layout, most=MOST)
    if count > MOST:
        raise Refused(
            "EXPORT_TOO_LONG",
            f"符合条件的超过 {MOST:,} 行，一次最多导出 {MOST:,} 行。请缩短时间或者增加筛选，分几次导出。",
            status=400,
        )
    title = f"{what.item.short if what.item else '办件'}_{clock.today():%Y%m%d}"
    _noted(request, what, count)
    if count > AT_ONCE:
        run = begin(actor=request.actor, what=what, title=title, total=count)
        messages.info(request, f"共 {count:,} 行，正在后台生成，完成后在这一页下载。")
        return HttpResponseRedirect(f"{reverse('office:exports')}#run-{run.pk}")
    target = tempfile.TemporaryFile()  # noqa: SIM115  the answer streams it and closes it
    write(rows=rows, layout=layout, target=target)
    target.seek(0)
    answer = FileResponse(target, content_type=XLSX)
    for name, value in headers_of(f"{title}.xlsx").items():
        answer[name] = value
    return answer


def chosen_of(request: ActorRequest) -> Chosen:
    """The export as its address says it; `scope` stands in the address of an export. Raises Refused (400)."""
    query = request.GET
    scope = query.get("scope", ALL)
    wanted = asked_of(query=query, path="", everything=scope not in (MINE, HANDLED)).wanted
    item = item_of(wanted)
    only = filters_of(query=query, item=item) if item else ()
    return Chosen(wanted, only, query.get("on") == ANY, query.get("per") == CASE)


def write(
    *,
    rows: QuerySet[Case],
    layout: Layout,
    target: IO[bytes],
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write the cases; see `stages.export.workbook`."""
    return write_lines(
        target=target,
        title=layout.item.short if layout.item else "办件",
        heads=layout.heads,
        lines=lines_of(rows=rows, layout=layout, within=house.context()),
        progress=progress,
    )


def begin(*, actor: Actor, what: Chosen, title: str, total: int) -> ExportRun:
    """Put a long export in the queue."""
    said = {**asdict(actor), "items": sorted(actor.items)}
    with transaction.atomic():
        run = ExportRun.objects.create(
            id=uuid.uuid4(),
            account=actor.account,
            actor=said,
            title=title,
            query=what.said,
            state=WAITING,
            total=total,
            created_at=clock.now(),
        )
        jobs_app.configure_task(JOB, allow_unknown=True).defer(run=str(run.pk))
    return run


def made(*, run_id: str) -> None:
    """Make a long export, saying how far it is; a repeat of a finished one does nothing, nor does one whose right was taken."""
    run = ExportRun.objects.filter(pk=run_id).first()
    if run is None or run.state == DONE:
        return
    actor = Actor(**{**run.actor, "items": frozenset(run.actor["items"])})
    if not allowed(actor, action="case.export"):  # taken away since it was asked for
        ExportRun.objects.filter(pk=run.pk).update(state=FAILED, finished_at=clock.now())
        return
    what = _chosen_again(run.query)
    rows = chosen(actor=actor, what=what)
    ExportRun.objects.filter(pk=run.pk).update(state=RUNNING, done=0)

    def progress(count: int) -> None:
        ExportRun.objects.filter(pk=run.pk).update(done=count)

    try:
        with tempfile.TemporaryFile() as target:
            count = write(rows=rows, layout=what.layout, target=target, progress=progress)
            size = target.tell()
            target.seek(0)
            digest = house.objects().put(target.read())
    except Exception:
        ExportRun.objects.filter(pk=run.pk).update(state=FAILED, finished_at=clock.now())
        raise
    ExportRun.objects.filter(pk=run.pk).update(
        state=DONE, done=count, total=count, sm3=digest, size=size, finished_at=clock.now()
    )


def _chosen_again(query: Mapping[str, Any]) -> Chosen:
    days = {n: date.fromisoformat(query[n]) for n in ("since", "until") if query.get(n)}
    known = {n: str(query[n]) for n in ("scope", *NAMES) if query.get(n) and n not in days}
    wanted = Wanted(**cast(dict[str, Any], {**known, **days}))
    item = item_of(wanted)
    said = [one.partition(":") for one in query.get("only", ())]
    only = asked_for(
        dimensions=dimensions_of(item) if item else (), said=[(code, value) for code, _, value in said]
    )
    return Chosen(wanted, only, query.get("on") == ANY, query.get("per") == CASE)


@office_page(right="case.export")
@require_safe
def exports(request: ActorRequest) -> HttpResponse:
    """The reader's long exports; with a script the list refreshes itself while one is running."""
    runs = list(ExportRun.objects.filter(account=request.actor.account).order_by("-created_at")[:KEPT])
    words = {
        "lines": [(run, STATES[run.state]) for run in runs],
        "busy": any(run.state in (WAITING, RUNNING) for run in runs),
    }
    bare = request.headers.get("HX-Request") == "true"
    return render(request, "office/export_list.html" if bare else "office/exports.html", words)


@office_page(right="case.export")
@require_safe
def fetch(request: ActorRequest, run_id: uuid.UUID) -> HttpResponse:
    """A finished export of the reader's own; nobody else's."""
    run = ExportRun.objects.filter(pk=run_id, account=request.actor.account, state=DONE).first()
    if run is None:
        raise refusal(request.actor)
    try:
        content = house.objects().get(run.sm3)
    except (ObjectMissing, ObjectTouched):
        raise Refused("FILE_MISSING", "这份导出取不出来了，请重新导出。", status=404) from None
    return attachment(content, name=f"{run.title}.xlsx", kind=XLSX)


def _noted(request: ActorRequest, what: Chosen, count: int) -> None:
    """Who exported what, by which conditions, how many lines (domain vocabulary 5.8)."""
    detail = {k: "，".join(v) if isinstance(v, list) else str(v) for k, v in what.said.items()}
    audit(
        actor=request.actor,
        action="case.export",
        target="cases",
        detail={**detail, "lines": str(count)},
        ip=address_of(request),
    )
