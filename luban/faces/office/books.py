"""台账 and 参数: every dated register through the same pages, from its `BookSpec` alone.

A register is listed and searched as of a day, one row is opened with its history, an edit is proposed with a reason
and approved by a second person, a spreadsheet goes out and comes in with a report row by row.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luban.faces.office.asked import day_of
from luban.faces.office.book_parts import box_of, changed_cells, matches, place_problems
from luban.faces.office.download import XLSX, attachment
from luban.faces.office.frame import office_page
from luban.kit.book import BookError, BookSpec, Entry
from luban.kit.clock import clock
from luban.kit.fields import whole_number
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.people.organisations import CITY
from luban.people.permissions import allowed
from luban.people.requests import ActorRequest
from luban.people.trail import address_of, audit
from luban.registers.book import changes, sheets
from luban.registers.book.changes import ChangeRefused, earliest
from luban.registers.book.current import books, current
from luban.registers.book.shipped import UnknownRegister, all_specs, spec_of
from luban.trust.uploads import UploadRefused, clean_name, require_clean
from luban.ui.view import Empty, Filter, FilterField, Pager

PAGE = 50
SHOWN_COLUMNS = 7
LARGEST = 20 * 1024 * 1024


def may_change(actor: Actor) -> bool:
    """Whether the actor proposes and approves edits: the register administrators of the city."""
    return allowed(actor, action="register.edit") and actor.organisation == CITY


def spec_or_404(code: str) -> BookSpec:
    """The register of that code. Raises Refused (404)."""
    try:
        return spec_of(code)
    except UnknownRegister as unknown:
        raise Refused("NO_REGISTER", str(unknown), status=404) from unknown


@office_page(right="register.read")
@require_safe
def registers(request: ActorRequest) -> HttpResponse:
    """All registers, and what waits for a second person."""
    held, today = books(), clock.today()
    waiting = changes.waiting()
    counts: dict[str, int] = {}
    for change in waiting:
        counts[change.register] = counts.get(change.register, 0) + 1
    cards = [
        (spec, len(held[code].at(today).rows), counts.get(code, 0)) for code, spec in all_specs().items()
    ]
    return render(
        request,
        "office/registers.html",
        {
            "cards": cards,
            "waiting": len(waiting),
            "may_approve": may_change(request.actor),
        },
    )


@office_page(right="register.read")
@require_safe
def register(request: ActorRequest, code: str) -> HttpResponse:
    """The rows of a register on a day, searched, fifty at a time in the order of the register."""
    spec = spec_or_404(code)
    day = day_of(request.GET.get("day", "")) or clock.today()
    q, after = request.GET.get("q", "").replace("\x00", "").strip()[:100], request.GET.get("after", "")
    rows = [row for row in current(code).at(day).rows if matches(row, q)]
    start = next((n + 1 for n, row in enumerate(rows) if row.key == after), 0) if after else 0
    shown = rows[start : start + PAGE]
    here = reverse("office:register", args=[code])
    asked = {"q": q, "day": day.isoformat() if day != clock.today() else ""}
    columns = spec.columns[:SHOWN_COLUMNS]

    def page_href(**more: str) -> str:
        parts = {k: v for k, v in {**asked, **more}.items() if v}
        return f"{here}?{urlencode(parts)}" if parts else here

    back = rows[start - PAGE - 1].key if start > PAGE else ""
    words = {
        "spec": spec,
        "columns": columns,
        "rows": [_line(spec, row) for row in shown],
        "day": day,
        "filter": _filter(spec, q, day),
        "edits": may_change(request.actor),
        "pager": Pager(
            f"{day} 有效，本页 {len(shown)} 行",
            previous_href=page_href(after=back) if start else "",
            next_href=page_href(after=shown[-1].key) if start + PAGE < len(rows) else "",
        ),
        "empty": Empty("没有符合条件的行。", "可以换个词或日期再找。", "search"),
        "waiting": len(changes.waiting(register=code)),
    }
    return render(request, "office/register.html", words)


def _line(spec: BookSpec, row: Entry) -> tuple[str, list[tuple[str, str]], str]:
    """Address of the row, its cells under their titles, and when it holds."""
    texts = spec.texts(row)
    term = "".join(
        (f"自 {texts['from']} " if texts["from"] else "", f"至 {texts['to']}" if texts["to"] else "")
    )
    cells = [(c.title, texts[c.code]) for c in spec.columns[:SHOWN_COLUMNS]]
    return row_href(spec.code, row.key), cells, term


def row_href(code: str, key: str) -> str:
    """The page of a row."""
    return f"{reverse('office:register_row', args=[code])}?{urlencode({'key': key})}"


def _filter(spec: BookSpec, q: str, day: date) -> Filter:
    here = reverse("office:register", args=[spec.code])
    return Filter(
        (
            FilterField("q", "查找", "search", q, placeholder="任一列的内容", wide=True),
            FilterField("day", "在这一天有效", "date", day.isoformat()),
        ),
        action=here,
        export_href=f"{reverse('office:register_export', args=[spec.code])}?day={day.isoformat()}",
        clear_href=here if q or day != clock.today() else "",
    )


@office_page(right="register.read")
@require_safe
def row(request: ActorRequest, code: str) -> HttpResponse:
    """A row with everything it ever said and every proposal about it."""
    spec, key = spec_or_404(code), request.GET.get("key", "")
    book = current(code)
    standing = book.at(clock.today()).get(key)
    versions = book.versions(key)
    if not versions:
        raise Refused("NO_ROW", f"{spec.title}中没有“{key[:60]}”。", status=404)
    texts = spec.texts(standing) if standing else {}
    return render(
        request,
        "office/register_row.html",
        {
            "spec": spec,
            "key": key,
            "pairs": [(c.title, texts.get(c.code, "")) for c in spec.all_columns()] if standing else (),
            "versions": [(spec.texts(v), v.removed) for v in versions],
            "columns": spec.columns,
            "history": [
                (c, changed_cells(spec, c)) for c in changes.history(register=code, key=key, limit=50)
            ],
            "edits": may_change(request.actor),
            "standing": standing is not None,
        },
    )


@office_page(right="register.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ActorRequest, code: str) -> HttpResponse:
    """Propose a changed row, or (without a key) a new one."""
    spec = spec_or_404(code)
    key = request.GET.get("key", "")
    standing = current(code).at(clock.today()).get(key) if key else None
    if key and standing is None:
        raise Refused("NO_ROW", f"{spec.title}中没有“{key[:60]}”，不能修改。", status=404)
    texts = {**(spec.texts(standing) if standing else {}), "from": earliest(spec).isoformat(), "to": ""}
    if request.method != "POST":
        return _edit_page(request, spec, key, texts)
    texts = {c.code: request.POST.get(f"c.{c.code}", "") for c in spec.all_columns()}
    if standing is not None:
        texts |= {name: spec.texts(standing)[name] for name in spec.key}
    reason = request.POST.get("reason", "")
    try:
        change = changes.propose(register=code, data=texts, by=request.actor, reason=reason)
    except (BookError, ChangeRefused) as refused:
        return _edit_page(request, spec, key, texts, refused, reason)
    _noted(request, "register.propose", code, change.key)
    words = "等另一位管理员复核后生效。" if spec.two_persons else "已生效。"
    messages.success(request, f"已提出修改“{change.key}”，{words}")
    return HttpResponseRedirect(reverse("office:register", args=[code]))


def _edit_page(
    request: ActorRequest,
    spec: BookSpec,
    key: str,
    texts: dict[str, str],
    refused: BookError | ChangeRefused | None = None,
    reason: str = "",
) -> HttpResponse:
    by_column, other = place_problems(spec, refused)
    words = {
        "spec": spec,
        "key": key,
        "boxes": [
            box_of(
                c, texts.get(c.code, ""), by_column.get(c.title, ()), fixed=bool(key) and c.code in spec.key
            )
            for c in spec.all_columns()
        ],
        "other": other,
        "reason": reason,
        "earliest": earliest(spec),
    }
    return render(request, "office/register_edit.html", words, status=422 if refused else 200)


@office_page(right="register.edit")
@require_POST
def remove(request: ActorRequest, code: str) -> HttpResponse:
    """Propose that a row ends."""
    spec_or_404(code)
    key = request.POST.get("key", "")
    try:
        changes.propose_removal(
            register=code, key=key, by=request.actor, reason=request.POST.get("reason", "")
        )
    except (BookError, ChangeRefused) as refused:
        raise Refused("REGISTER", str(refused), status=422) from refused
    _noted(request, "register.propose_removal", code, key)
    messages.success(request, f"已提出删除“{key}”，等另一位管理员复核后生效。")
    return HttpResponseRedirect(reverse("office:register", args=[code]))


@office_page(right="register.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def import_sheet(request: ActorRequest, code: str) -> HttpResponse:
    """A spreadsheet in: what each row would do, and one batch of proposals when all are right."""
    spec = spec_or_404(code)
    words: dict[str, Any] = {"spec": spec, "reason": request.POST.get("reason", "")}
    if request.method != "POST":
        return render(request, "office/register_import.html", words)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise ChangeRefused("没有收到文件，请选择填好的表格再上传。")
        if (file.size or 0) > LARGEST:
            raise ChangeRefused("文件超过20 MB，请分批导入。")
        content = file.read()
        require_clean(name=clean_name(file.name or ""), data=content)
        report = sheets.import_xlsx(register=code, content=content, by=request.actor, reason=words["reason"])
    except UploadRefused as refused:
        words["refused"] = refused.message
        status = 503 if refused.code == "scanner" else 422
        return render(request, "office/register_import.html", words, status=status)
    except (BookError, ChangeRefused) as refused:
        words["refused"] = str(refused)
        return render(request, "office/register_import.html", words, status=422)
    words |= {
        "report": report,
        "counts": [
            ("新增", report.count("new")),
            ("修改", report.count("changed")),
            ("不变", report.count("same")),
            ("有误", report.count("error")),
        ],
        "odd": [r for r in report.rows if r.outcome != "same"],
    }
    if report.accepted and report.change_ids:
        _noted(request, "register.import", code, str(len(report.change_ids)))
    return render(request, "office/register_import.html", words, status=200 if report.accepted else 422)


@office_page(right="register.read")
@require_safe
def export(request: ActorRequest, code: str) -> HttpResponse:
    """The register on a day as a spreadsheet, ready to be filled in and brought back."""
    spec = spec_or_404(code)
    day = day_of(request.GET.get("day", "")) or clock.today()
    content = sheets.export_xlsx(register=code, day=day)
    _noted(request, "register.export", code, day.isoformat())
    return attachment(content, name=f"{spec.title}_{day:%Y%m%d}.xlsx", kind=XLSX)


@office_page(right="register.read")
@require_safe
def waiting(request: ActorRequest) -> HttpResponse:
    """Proposals that wait for a second person."""
    code = request.GET.get("register", "")
    found = changes.waiting(register=code)
    lines = [
        (
            c,
            spec_of(c.register).title,
            changed_cells(spec_of(c.register), c),
            c.proposed_by == request.actor.account,
        )
        for c in found
        if c.register in all_specs()
    ]
    words = {"lines": lines, "may_approve": may_change(request.actor)}
    return render(request, "office/register_waiting.html", words)


@office_page(right="register.approve")
@require_POST
def settle(request: ActorRequest) -> HttpResponse:
    """Approve the ticked proposals, or send them back with a reason. All or none."""
    asked = (whole_number(text) for text in request.POST.getlist("change"))
    ids = [number for number in asked if number is not None]
    if not ids:
        raise Refused("NONE_CHOSEN", "还没有选择修改，请先勾选。", status=422)
    approves = request.POST.get("act") == "approve"
    try:
        if approves:
            done = changes.approve(change_ids=ids, by=request.actor)
        else:
            done = changes.reject(change_ids=ids, by=request.actor, reason=request.POST.get("reason", ""))
    except (BookError, ChangeRefused) as refused:
        raise Refused("REGISTER", str(refused)) from refused
    for change in done:
        _noted(request, "register.approve" if approves else "register.reject", change.register, change.key)
    messages.success(request, f"已{'复核通过' if approves else '退回'} {len(done)} 条修改。")
    return HttpResponseRedirect(reverse("office:register_waiting"))


def _noted(request: ActorRequest, action: str, code: str, key: str) -> None:
    audit(actor=request.actor, action=action, target=f"register:{code}/{key}"[:200], ip=address_of(request))
