"""Choosing and changing the rows of a draft set: the registers' own lists, boxes and checks; nothing takes effect."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from luban.faces.office.book_parts import box_of, matches, place_problems
from luban.faces.office.frame import office_page
from luban.kit.book import BookError, BookSpec
from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.people.requests import ActorRequest
from luban.registers.book.current import current
from luban.registers.book.shipped import spec_of
from luban.stages.policy import drafts, results
from luban.stages.policy.supposed import DraftRow
from luban.ui.view import Empty, Filter, FilterField, Pager

PAGE = 50
SHOWN_COLUMNS = 10


def cells_changed(row: DraftRow) -> tuple[tuple[str, str, str], ...]:
    """(column, now, supposed) of what a row of the set changes."""
    spec = spec_of(row.register)
    standing = current(row.register).at(clock.today()).get(row.key)
    old = spec.texts(standing) if standing else {}
    return tuple(
        (c.title, old.get(c.code, ""), row.cells.get(c.code, ""))
        for c in spec.columns
        if old.get(c.code, "") != row.cells.get(c.code, "")
    )


def edit_href(trial_id: uuid.UUID, register: str, key: str = "") -> str:
    """The page on which a row of the set is changed; without a key a new row."""
    href = reverse("office:policy_row", args=[trial_id, register])
    return f"{href}?{urlencode({'key': key})}" if key else href


def _trial_href(trial_id: uuid.UUID) -> str:
    return reverse("office:policy_trial", args=[trial_id])


@office_page(right="register.edit")
@require_safe
def rows(request: ActorRequest, trial_id: uuid.UUID, code: str) -> HttpResponse:
    """The rows of a register that bear on the trial's item, searched, fifty at a time."""
    drafts.require_editor(request.actor)
    trial = results.trial_of(trial_id)
    item = drafts.item_of(trial.item)
    spec = drafts.spec_for(item=item, register=code)
    q, after = request.GET.get("q", "").replace("\x00", "").strip()[:100], request.GET.get("after", "")
    standing = current(code).at(clock.today()).rows
    found = [row for row in standing if drafts.bears_on(item=item, row=row) and matches(row, q)]
    own = [row for row in found if row.data.get("item") == item.code]
    found = own + [row for row in found if row.data.get("item") != item.code]
    start = next((n + 1 for n, row in enumerate(found) if row.key == after), 0) if after else 0
    shown = found[start : start + PAGE]
    columns = [c for c in spec.columns if c.code != "item"][:SHOWN_COLUMNS]
    inside = {row.key for row in drafts.rows_of(trial_id) if row.register == code}
    here = reverse("office:policy_rows", args=[trial_id, code])

    def page_href(**more: str) -> str:
        return f"{here}?{urlencode({k: v for k, v in {'q': q, **more}.items() if v})}"

    texts = [(row, spec.texts(row)) for row in shown]
    words = {
        "trial": trial,
        "spec": spec,
        "columns": columns,
        "rows": [
            (edit_href(trial_id, code, row.key), row.key in inside, [(c.title, t[c.code]) for c in columns])
            for row, t in texts
        ],
        "new_href": edit_href(trial_id, code),
        "filter": Filter(
            (FilterField("q", "查找", "search", q, placeholder="任一列的内容", wide=True),),
            action=here,
            clear_href=here if q else "",
        ),
        "pager": Pager(
            f"本页 {len(shown)} 行",
            previous_href=page_href(after=found[start - PAGE - 1].key if start > PAGE else "")
            if start
            else "",
            next_href=page_href(after=shown[-1].key) if start + PAGE < len(found) else "",
        ),
        "empty": Empty("没有符合条件的行。", "可以换个词再找，或者新增一行。", "search"),
    }
    return render(request, "office/policy_rows.html", words)


@office_page(right="register.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: ActorRequest, trial_id: uuid.UUID, code: str) -> HttpResponse:
    """One row of the set: changed, ended, or taken out of the set again."""
    drafts.require_editor(request.actor)
    trial = results.trial_of(trial_id)
    spec = drafts.spec_for(item=drafts.item_of(trial.item), register=code)
    key = request.GET.get("key", "")[:200]
    texts, inside = _texts(trial_id, spec, key)
    if request.method != "POST":
        return _edit_page(request, trial, spec, key, texts, inside)
    act = request.POST.get("act", "save")
    if act == "drop":
        drafts.drop(trial_id=trial_id, register=code, key=key, by=request.actor)
        messages.success(request, f"已把“{key}”移出方案。")
        return HttpResponseRedirect(_trial_href(trial_id))
    posted = {c.code: request.POST.get(f"c.{c.code}", "") for c in spec.columns}
    fixed = {name: texts[name] for name in spec.key} if key else {}
    texts = {**texts, **posted, **fixed}
    try:
        if act == "end":
            drafts.end(trial_id=trial_id, register=code, key=key, by=request.actor)
        else:
            key = drafts.put(trial_id=trial_id, register=code, cells=texts, by=request.actor)
    except BookError as refused:
        return _edit_page(request, trial, spec, key, texts, inside, refused)
    messages.success(request, f"已把“{key}”{'的删除' if act == 'end' else ''}列入方案，不会生效。")
    return HttpResponseRedirect(_trial_href(trial_id))


def _texts(trial_id: uuid.UUID, spec: BookSpec, key: str) -> tuple[dict[str, str], bool]:
    """The row's cells as the set has them, else as they stand, and whether it is in the set. Raises Refused (404)."""
    own = next((r for r in drafts.rows_of(trial_id) if (r.register, r.key) == (spec.code, key)), None)
    if own is not None:
        return dict(own.cells), True
    standing = current(spec.code).at(clock.today()).get(key) if key else None
    if key and standing is None:
        raise Refused("NO_ROW", f"{spec.title}中没有“{key[:60]}”，不能修改。", status=404)
    return (spec.texts(standing) if standing else {}), False


def _edit_page(
    request: ActorRequest,
    trial: results.TrialView,
    spec: BookSpec,
    key: str,
    texts: dict[str, str],
    inside: bool,
    refused: BookError | None = None,
) -> HttpResponse:
    by_column, other = place_problems(spec, refused)
    standing = current(spec.code).at(clock.today()).get(key) if key else None
    now = spec.texts(standing) if standing else {}
    words = {
        "trial": trial,
        "spec": spec,
        "key": key,
        "boxes": [
            (
                box_of(
                    c,
                    texts.get(c.code, ""),
                    by_column.get(c.title, ()),
                    fixed=bool(key) and c.code in spec.key,
                ),
                now.get(c.code, "") if standing and c.code not in spec.key else None,
            )
            for c in spec.columns
        ],
        "other": other,
        "inside": inside,
        "may_end": bool(key) and spec.removable and standing is not None,
        "back": reverse("office:policy_rows", args=[trial.id, spec.code]),
    }
    return render(request, "office/policy_row.html", words, status=422 if refused else 200)
