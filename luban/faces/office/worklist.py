"""待办 and 办件: the lists officials start from. Filters stand in the address, saved views are such addresses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from luban.cases.context import Context
from luban.cases.house import context
from luban.cases.models import Case
from luban.faces.office.asked import Asked, asked_of
from luban.faces.office.frame import (
    capped,
    counts_of,
    desks_of,
    face_of,
    office_page,
    preference_of,
    reads_cases,
    short_of,
)
from luban.kit import registry
from luban.kit.clock import clock, wd_between
from luban.people.organisations import CITY
from luban.people.permissions import allowed
from luban.people.requests import ActorRequest
from luban.people.roles import title_of
from luban.stages.review.batch import batch_actions, most_at
from luban.stages.review.paging import Slice
from luban.stages.review.worklist import HANDLED, MINE, PAGE, clock_of, page, step_title
from luban.ui.view import (
    Batch,
    Button,
    Cell,
    Column,
    DataTable,
    Empty,
    Filter,
    FilterField,
    LampBox,
    LampBoxes,
    Pager,
    TableRow,
    Views,
    ViewTab,
    lamp,
)
from luban.ui.view.marks import Lamp
from luban.ui.words import WORDS, Status, case_status

UNITS = {"wd": "个工作日", "cd": "日"}
BOXES = (
    ("over", "超期", "is-over"),
    ("soon", "剩 2 日以内", "is-soon"),
    ("easy", "从容", ""),
    ("pause", "停表", "is-pause"),
)
FORM = "lb-batch-form"


@office_page(right="")
@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """What waits at the reader's desk."""
    if not reads_cases(request.actor):
        return render(request, "office/welcome.html", {"actor": request.actor})
    asked = asked_of(query=request.GET, path=reverse("office:home"), everything=False)
    return _list(request, asked)


@office_page()
@require_safe
def cases(request: ActorRequest) -> HttpResponse:
    """Every case in the reader's sight."""
    return _list(request, asked_of(query=request.GET, path=reverse("office:cases"), everything=True))


def _list(request: ActorRequest, asked: Asked) -> HttpResponse:
    within, mine = context(), asked.wanted.scope == MINE
    size = max(PAGE, most_at(step=asked.wanted.step) if mine else 0)
    found = page(actor=request.actor, wanted=asked.wanted, after=asked.after, before=asked.before, size=size)
    acts = batch_actions(rows=found.rows, actor=request.actor) if mine else ()
    request.face = replace(face_of(request), desks=_current(request, asked))  # type: ignore[attr-defined]
    words: dict[str, Any] = {
        "title": title_of_list(asked),
        "today": _today(within),
        "lamps": _boxes(request, asked) if mine else None,
        "views": _views(request, asked),
        "filter": _filter(request, asked, within),
        "table": table_of(rows=found.rows, within=within, select="case" if acts else ""),
        "rows": found.rows,
        "batch": _batch(acts),
        "form": FORM,
        "pager": _pager(asked, found),
        "empty": _empty(asked),
    }
    return render(request, "office/worklist.html", words)


def title_of_list(asked: Asked) -> str:
    """What the list is called."""
    return {MINE: "待我处理", HANDLED: "我经办、别处办理"}.get(asked.wanted.scope, "办件")


def _current(request: ActorRequest, asked: Asked) -> Any:
    """The left column with the list at hand lit."""
    here = asked.href()
    return tuple(
        replace(g, desks=tuple(replace(d, current=d.href == here) for d in g.desks))
        for g in desks_of(request)
    )


def _today(within: Context) -> str:
    today = clock.today()
    last = (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    left = wd_between(a=today, b=last, calendar=within.calendar)
    week = "一二三四五六日"[today.weekday()]
    return f"{today.year} 年 {today.month} 月 {today.day} 日　周{week}　本月剩 {left} 个工作日"


def _boxes(request: ActorRequest, asked: Asked) -> LampBoxes:
    """The lamps above one's own list, each a filter."""
    counts = counts_of(request)
    total = sum(c.count for c in counts)
    over, soon, paused = (sum(getattr(c, n) for c in counts) for n in ("over", "soon", "paused"))
    shown = {"over": over, "soon": soon, "easy": total - over - soon - paused, "pause": paused}
    return LampBoxes(
        tuple(
            LampBox(
                Lamp(words, css),
                capped(shown[code]) or "0",
                asked.href(lamp="" if asked.wanted.lamp == code else code),
                asked.wanted.lamp == code,
            )
            for code, words, css in BOXES
        )
    )


def _views(request: ActorRequest, asked: Asked) -> Views:
    """Saved filters of this list as tabs."""
    saved = [v for v in preference_of(request).views if v["path"] == asked.path]
    everything = "全部待办" if asked.path == reverse("office:home") else "全部办件"
    tabs = [ViewTab(everything, asked.path, current=not asked.parts)]
    tabs += [
        ViewTab(v["title"], f"{v['path']}?{v['query']}", current=v["query"] == asked.query) for v in saved
    ]
    known = any(t.current for t in tabs)
    save = "" if known else f"{reverse('office:view_new')}?{asked.query}&path={asked.path}"
    return Views(tuple(tabs), save)


def _filter(request: ActorRequest, asked: Asked, within: Context) -> Filter:
    wanted = asked.wanted
    fields = [
        FilterField("q", "查找", "search", wanted.q, placeholder="单位、办件号、内容", wide=True),
        FilterField("item", "事项", value=wanted.item, options=_items()),
        FilterField("step", "环节", value=wanted.step, options=_steps(wanted.item)),
    ]
    if wanted.scope == MINE:
        fields.append(FilterField("lamp", "时限", value=wanted.lamp, options=_lamps()))
    else:
        fields.append(FilterField("state", "状态", value=wanted.state, options=_states()))
        if request.actor.organisation == CITY:
            fields.append(FilterField("org", "办理机构", value=wanted.org, options=_offices(within)))
        fields.append(
            FilterField("since", "提交自", "date", wanted.since.isoformat() if wanted.since else "")
        )
        fields.append(FilterField("until", "至", "date", wanted.until.isoformat() if wanted.until else ""))
    exports = allowed(request.actor, action="case.export")
    return Filter(
        tuple(fields),
        action=asked.path,
        export_href=f"{reverse('office:export')}?{asked.query}&scope={wanted.scope}" if exports else "",
        clear_href=asked.path if asked.parts else "",
    )


def _items() -> tuple[tuple[str, str], ...]:
    return (("", "全部"), *((i.code, i.short) for i in registry.all_items()))


def _steps(item: str) -> tuple[tuple[str, str], ...]:
    items = [i for i in registry.all_items() if item in ("", i.code)]
    return (
        ("", "全部"),
        *(
            (f"{i.code}:{s.code}", f"{i.short} · {s.title}")
            for i in items
            for s in (*i.process.steps, i.process.correction_step)
        ),
    )


def _states() -> tuple[tuple[str, str], ...]:
    known = ("submitted", "correcting", "accepted", "decided")
    closed = [code for code in WORDS["case"] if code.startswith("closed_")]
    return (("", "全部"), *((code, WORDS["case"][code].word) for code in (*known, *closed)))


def _lamps() -> tuple[tuple[str, str], ...]:
    return (("", "全部"), *((code, words) for code, words, _ in BOXES))


def _offices(within: Context) -> tuple[tuple[str, str], ...]:
    districts = (o for o in within.offices.values() if o.adcode[:2] == CITY[:2])
    return (("", "全部"), *((o.code, o.name) for o in districts if "-" not in o.code or o.code[:2] == "SP"))


def _pager(asked: Asked, found: Slice[Case]) -> Pager:
    order = "按期限从近到远" if asked.wanted.scope == MINE else "按最近变动排列"
    return Pager(
        f"{order}，本页 {len(found.rows)} 件",
        previous_href=asked.href(before=found.before) if found.before else "",
        next_href=asked.href(after=found.after) if found.after else "",
        keys=True,
    )


def _batch(acts: tuple[tuple[Any, str], ...]) -> Batch | None:
    """The batch bar with the acts that allow it."""
    if not acts:
        return None
    buttons = tuple(
        Button(f"批量{action.title}", name="action", value=action.code, form=FORM) for action, _ in acts
    )
    steps = dict.fromkeys(step_title(item=i, step=s) for _, key in acts for i, s in [key.split(":")])
    return Batch(buttons, f"可批量的环节：{'、'.join(steps)}")


def _empty(asked: Asked) -> Empty:
    """What to say when there is nothing."""
    if asked.after or asked.before:
        return Empty(
            "这一页没有办件了。",
            "清单在您翻页时有变动。",
            action=Button("回到第一页", "line", asked.href()),
        )
    if asked.parts.keys() - {"scope"}:
        return Empty(
            "没有符合条件的办件。",
            "可以放宽或清除筛选条件再找。",
            "search",
            Button("清除筛选", "line", asked.path),
        )
    if asked.wanted.scope == MINE:
        return Empty(
            "您的岗位没有待办。",
            "有新办件到达时会出现在这里。",
            action=Button("看全部办件", "line", reverse("office:cases")),
        )
    return Empty("还没有办件。", "企业提交申请后会出现在这里。")


def lamp_of(row: Case, within: Context) -> Lamp:
    """The deadline lamp of a case."""
    if row.closed_on is not None:
        return Lamp("已办结", "is-none", f"{row.closed_on:%m-%d}")
    found = clock_of(row=row, within=within)
    return lamp(
        days_left=found.left,
        due=found.due,
        paused=found.paused,
        unit=UNITS[found.unit] if found.unit == "cd" else "日",
        used=found.still,
    )


def status_of(row: Case) -> Status:
    """The status word of a case; one that waits for its seal says so."""
    if not row.closed_on and row.desk == "system":
        return case_status(state="sealing")
    return case_status(state=row.state, paused=row.paused)


def desk_words(row: Case, within: Context) -> tuple[str, str]:
    """Whose desk it waits at: role, and the organisation where it is another one than the handling one."""
    if not row.desk:
        return "—", ""
    if row.desk == "system":
        return "系统", ""
    return title_of(row.desk), within.office(row.desk_org).name if row.desk_org == CITY else ""


def table_of(*, rows: tuple[Case, ...], within: Context, select: str = "") -> DataTable:
    """Cases as a table."""
    columns = (
        Column("剩余工作日", nowrap=True),
        Column("单位 · 办件号"),
        Column("事项"),
        Column("内容"),
        Column("环节", nowrap=True),
        Column("状态"),
        Column("在办岗位"),
    )
    return DataTable(
        "办件清单",
        columns,
        tuple(_row(row, within) for row in rows),
        select=select,
    )


def _row(row: Case, within: Context) -> TableRow:
    desk, office = desk_words(row, within)
    place = row.applicant_name or row.applicant
    return TableRow(
        (
            Cell(view=lamp_of(row, within)),
            Cell(place, row.number, case_url(row.number)),
            Cell(short_of(row.item)),
            Cell(row.headline, tag="再来一单" if row.copied_from else ""),
            Cell(step_title(item=row.item, step=row.step) if row.step and not row.closed_on else "办结"),
            Cell(view=status_of(row)),
            Cell(desk, office),
        ),
        row.number,
        f"{place} {row.number}",
    )


def case_url(number: str) -> str:
    """The page of a case."""
    return reverse("office:case", args=[number])


def day_text(value: date | None) -> str:
    """A day, or a dash."""
    return value.isoformat() if value else "—"
