"""导出: the list at hand as a spreadsheet; a long one is made in the background and fetched when it is ready."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import asdict
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
from luban.faces.office.frame import office_page
from luban.faces.office.models import ExportRun
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.people.access import refusal
from luban.people.actor import Actor
from luban.people.requests import ActorRequest
from luban.people.trail import address_of, audit
from luban.stages.export.rows import columns_of, views_of
from luban.stages.export.workbook import write_cases
from luban.stages.review.worklist import ALL, HANDLED, MINE, Wanted, rows_of
from luban.trust.objects import ObjectMissing, ObjectTouched

AT_ONCE = 5_000
MOST = 200_000
KEPT = 20
JOB = "office.export"
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
STATES = {WAITING: "排队中", RUNNING: "正在生成", DONE: "可以下载", FAILED: "没有做成"}


def chosen(*, actor: Actor, wanted: Wanted) -> QuerySet[Case]:
    """The cases of an export, latest first."""
    return rows_of(actor=actor, wanted=wanted, today=clock.today()).order_by("-submitted_on", "-id")


def item_of(wanted: Wanted) -> Item | None:
    """The item whose columns are written: the one asked for, none for a mixed list."""
    code = wanted.item or wanted.step.partition(":")[0]
    return next((i for i in registry.all_items() if i.code == code), None)


@office_page(right="case.export")
@require_safe
def export(request: ActorRequest) -> HttpResponse | FileResponse:
    """The cases asked for as a workbook: at once, or in the background beyond 5,000."""
    wanted = wanted_of(request)
    rows = chosen(actor=request.actor, wanted=wanted)
    item = item_of(wanted)
    title = f"{item.short if item else '办件'}_{clock.today():%Y%m%d}"
    _noted(request, wanted)
    if rows[AT_ONCE : AT_ONCE + 1].exists():
        run = begin(actor=request.actor, wanted=wanted, title=title)
        messages.info(request, "符合条件的办件较多，正在后台生成，完成后在这一页下载。")
        return HttpResponseRedirect(f"{reverse('office:exports')}#run-{run.pk}")
    target = tempfile.TemporaryFile()  # noqa: SIM115  the answer streams it and closes it
    write(rows=rows, item=item, target=target)
    target.seek(0)
    answer = FileResponse(target, content_type=XLSX)
    for name, value in headers_of(f"{title}.xlsx").items():
        answer[name] = value
    return answer


def wanted_of(request: ActorRequest) -> Wanted:
    """The list as its address says it; `scope` stands in the address of an export."""
    scope = request.GET.get("scope", ALL)
    asked = asked_of(query=request.GET, path="", everything=scope not in (MINE, HANDLED))
    return asked.wanted


def write(*, rows: QuerySet[Case], item: Item | None, target: IO[bytes], progress: Any = None) -> int:
    """Write the cases; see `stages.export.workbook`."""
    return write_cases(
        target=target,
        title=item.short if item else "办件",
        columns=columns_of(item),
        cases=views_of(rows=rows[:MOST], within=house.context()),
        progress=progress,
    )


def begin(*, actor: Actor, wanted: Wanted, title: str) -> ExportRun:
    """Put a long export in the queue."""
    said = {**asdict(actor), "items": sorted(actor.items)}
    query = {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(wanted).items() if v}
    with transaction.atomic():
        run = ExportRun.objects.create(
            id=uuid.uuid4(),
            account=actor.account,
            actor=said,
            title=title,
            query=query,
            state=WAITING,
            created_at=clock.now(),
        )
        jobs_app.configure_task(JOB, allow_unknown=True).defer(run=str(run.pk))
    return run


def made(*, run_id: str) -> None:
    """Make a long export, saying how far it is; a repeat of a finished one does nothing."""
    run = ExportRun.objects.filter(pk=run_id).first()
    if run is None or run.state == DONE:
        return
    actor = Actor(**{**run.actor, "items": frozenset(run.actor["items"])})
    wanted = _wanted_again(run.query)
    rows = chosen(actor=actor, wanted=wanted)
    ExportRun.objects.filter(pk=run.pk).update(state=RUNNING, done=0, total=rows[:MOST].count())

    def progress(count: int) -> None:
        ExportRun.objects.filter(pk=run.pk).update(done=count)

    try:
        with tempfile.TemporaryFile() as target:
            count = write(rows=rows, item=item_of(wanted), target=target, progress=progress)
            size = target.tell()
            target.seek(0)
            digest = house.objects().put(target.read())
    except Exception:
        ExportRun.objects.filter(pk=run.pk).update(state=FAILED, finished_at=clock.now())
        raise
    ExportRun.objects.filter(pk=run.pk).update(
        state=DONE, done=count, total=count, sm3=digest, size=size, finished_at=clock.now()
    )


def _wanted_again(query: Mapping[str, Any]) -> Wanted:
    days = {n: date.fromisoformat(query[n]) for n in ("since", "until") if query.get(n)}
    known = {n: str(query[n]) for n in ("scope", *NAMES) if query.get(n) and n not in days}
    return Wanted(**cast(dict[str, Any], {**known, **days}))


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


def _noted(request: ActorRequest, wanted: Wanted) -> None:
    detail = {k: str(v) for k, v in asdict(wanted).items() if v}
    audit(
        actor=request.actor,
        action="case.export",
        target="cases",
        detail=detail,
        ip=address_of(request),
    )
