"""The cases of a finished trial: those that would change and those left out, by keyset, and as a spreadsheet."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from luban.faces.office.download import XLSX, attachment
from luban.faces.office.frame import office_page
from luban.faces.office.policy_found import cases_href, verdict_word
from luban.kit.fields import whole_number
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.people.requests import ActorRequest
from luban.people.trail import address_of, audit
from luban.registers.book.workbook import write_tables
from luban.stages.policy import drafts, results
from luban.stages.policy.results import Asked, Line, TrialView
from luban.ui.view import Cell, Column, DataTable, Empty, Filter, FilterField, Pager, TableRow

PAGE = 50
MOST = 50_000
LEFT_OUT = (("", "有变化的"), ("1", "未能试算的"))
HEADS = (
    "办件编号",
    "申请单位",
    "受理日",
    "现行总分",
    "方案总分",
    "现行分级",
    "方案分级",
    "现行建议",
    "方案建议",
    "判定变化的条款",
    "得分变化的评分项",
    "未能试算的原因",
)


def _asked(request: ActorRequest) -> Asked:
    def word(name: str) -> str:
        return request.GET.get(name, "").replace("\x00", "").strip()[:80]

    return Asked(word("grade_from"), word("grade_to"), word("clause"), word("left_out") == "1")


def _parts(asked: Asked) -> dict[str, str]:
    return {
        "grade_from": asked.grade_from,
        "grade_to": asked.grade_to,
        "clause": asked.clause,
        "left_out": "1" if asked.left_out else "",
    }


def _finished(request: ActorRequest, trial_id: uuid.UUID) -> tuple[TrialView, Item]:
    """The trial and its item. Raises Refused (403, 404, 409 while it is not done)."""
    drafts.require_editor(request.actor)
    trial = results.trial_of(trial_id)
    if trial.tally is None:
        raise Refused("NOT_DONE", "试算还没有完成，完成后才能看逐件清单。")
    return trial, drafts.item_of(trial.item)


@office_page(right="register.edit")
@require_safe
def cases(request: ActorRequest, trial_id: uuid.UUID) -> HttpResponse:
    """Fifty cases at a time, in the order they were accepted."""
    trial, item = _finished(request, trial_id)
    asked, after = _asked(request), whole_number(request.GET.get("after", ""))
    start = -1 if after is None else after
    found = results.lines_of(trial_id=trial_id, asked=asked, after=start, limit=PAGE + 1)
    shown, more = found[:PAGE], len(found) > PAGE
    parts = _parts(asked)
    words = {
        "trial": trial,
        "item": item,
        "filter": _filter(trial, item, asked),
        "table": _table(shown, item, asked) if shown else None,
        "pager": Pager(
            f"本页 {len(shown)} 件，按受理先后",
            previous_href=cases_href(trial_id, **parts) if start >= 0 else "",
            next_href=cases_href(trial_id, **parts, after=str(shown[-1].n)) if more else "",
        ),
        "empty": Empty("没有符合条件的办件。", "可以清除筛选再看。", "search"),
    }
    return render(request, "office/policy_cases.html", words)


def _filter(trial: TrialView, item: Item, asked: Asked) -> Filter:
    grades = trial.tally.ordered_grades if trial.tally else ()
    options = (("", "不限"), *((grade, grade) for grade in grades))
    clauses = (("", "不限"), *((c.id, f"{c.id} {c.title}") for c in item.clauses or ()))
    here = reverse("office:policy_cases", args=[trial.id])
    export = cases_href(trial.id, **_parts(asked)).replace(
        here, reverse("office:policy_export", args=[trial.id])
    )
    return Filter(
        (
            FilterField("left_out", "范围", value="1" if asked.left_out else "", options=LEFT_OUT),
            FilterField("grade_from", "现行分级", value=asked.grade_from, options=options),
            FilterField("grade_to", "方案分级", value=asked.grade_to, options=options),
            FilterField("clause", "判定变化的条款", value=asked.clause, options=clauses),
        ),
        action=here,
        export_href=export,
        clear_href=here if any(_parts(asked).values()) else "",
    )


def _table(lines: tuple[Line, ...], item: Item, asked: Asked) -> DataTable:
    about = (Column("办件"), Column("申请单位"), Column("受理日", nowrap=True))
    if asked.left_out:
        left = (TableRow((*_about(line), Cell(line.reason))) for line in lines)
        return DataTable("未能试算的办件", (*about, Column("原因")), tuple(left))
    moved = (Column("总分", right=True, nowrap=True), Column("分级"), Column("变化的条款和评分项"))
    titles = _titles(item)
    rows = (
        TableRow(
            (
                *_about(line),
                Cell(_arrow(*map(_total, line.totals))),
                Cell(_arrow(*line.grades), small=_advice(line)),
                Cell(_clauses(line, titles) or "—", small=_factors(line, titles)),
            )
        )
        for line in lines
    )
    return DataTable("有变化的办件", (*about, *moved), tuple(rows))


def _about(line: Line) -> tuple[Cell, Cell, Cell]:
    href = reverse("office:case", args=[line.number])
    day = line.accepted_on.isoformat() if line.accepted_on else ""
    return Cell(line.number, href=href), Cell(line.applicant), Cell(day)


def _number(points: int | None) -> str:
    return "缺数" if points is None else str(points)


def _total(total: int | None) -> str:
    """An item without scores has no totals."""
    return "—" if total is None else str(total)


def _arrow(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def _advice(line: Line) -> str:
    before, after = line.suggestions
    return f"建议：{before} → {after}" if before != after else ""


def _titles(item: Item) -> dict[str, str]:
    found = {clause.id: clause.title for clause in item.clauses or ()}
    return found | {factor.code: factor.title for factor in item.scoring or ()}


def _clauses(line: Line, titles: dict[str, str]) -> str:
    moves = ((code, verdict_word(b), verdict_word(a)) for code, b, a in line.clauses)
    return "；".join(f"{code} {titles.get(code, '')} {b} → {a}" for code, b, a in moves)


def _factors(line: Line, titles: dict[str, str]) -> str:
    return "；".join(
        f"{code} {titles.get(code, '')} {_number(b)} → {_number(a)}" for code, b, a in line.factors
    )


@office_page(right="register.edit")
@require_safe
def export(request: ActorRequest, trial_id: uuid.UUID) -> HttpResponse:
    """The same list as a spreadsheet, every cell a text, at most 50,000 cases."""
    trial, item = _finished(request, trial_id)
    asked = _asked(request)
    lines = results.all_lines(trial_id=trial_id, asked=asked, most=MOST)
    about = (
        ("方案", trial.title),
        ("事项", item.title),
        ("受理日期", f"{trial.since} 至 {trial.until}"),
        ("说明", f"只比较机器按留存取数的判断，人工修正不计入；最多导出{MOST:,}件。"),
    )
    content = write_tables(
        [("逐件变化", HEADS, _sheet(lines, _titles(item))), ("说明", ("项目", "内容"), about)]
    )
    detail = {name: value for name, value in _parts(asked).items() if value}
    audit(
        actor=request.actor,
        action="policy.export",
        target=f"policy:{trial_id}",
        detail=detail,
        ip=address_of(request),
    )
    return attachment(content, name=f"政策试算_{trial.title}.xlsx", kind=XLSX)


def _sheet(lines: Iterator[Line], titles: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for line in lines:
        yield (
            line.number,
            line.applicant,
            line.accepted_on.isoformat() if line.accepted_on else "",
            *("" if line.reason else _total(total) for total in line.totals),
            *line.grades,
            *line.suggestions,
            _clauses(line, titles),
            _factors(line, titles),
            line.reason,
        )
