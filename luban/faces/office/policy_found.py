"""What a finished trial looks like: tiles, the grades before and after, the points before and after, the clauses."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from luban.kit.item import Item
from luban.stages.policy.again import NOT_APPLIED
from luban.stages.policy.results import TrialView
from luban.stages.policy.tally import Scored, Tally
from luban.ui.view import Cell, Chart, Column, DataTable, Series, TableRow
from luban.ui.words import status

MOST_BARS = 14
WIDTHS = (1, 2, 5, 10, 20, 50, 100)


def cases_href(trial_id: uuid.UUID, **asked: str) -> str:
    """The list of the trial's cases, filtered."""
    parts = {name: value for name, value in asked.items() if value}
    href = reverse("office:policy_cases", args=[trial_id])
    return f"{href}?{urlencode(parts)}" if parts else href


def verdict_word(code: str) -> str:
    """A verdict in words."""
    return "不适用" if code == NOT_APPLIED else status(of="rule", code=code).word


def found_words(*, trial: TrialView, item: Item) -> dict[str, Any]:
    """Everything the page of a finished trial shows of its tally."""
    tally = trial.tally or Tally()
    return {
        "tiles": _tiles(tally, scored=item.scoring is not None),
        "matrix": _matrix(trial, tally),
        "charts": _charts(tally),
        "clauses": _clauses(trial, tally, item),
        "factors": _factors(tally, item),
        "left_out": tally.out.most_common(),
        "left_out_href": cases_href(trial.id, left_out="1"),
        "changed": tally.changed,
        "cases_href": cases_href(trial.id),
    }


def _tiles(tally: Tally, *, scored: bool) -> list[tuple[str, str]]:
    tiles = [
        ("试算", f"{tally.assessed:,} 件"),
        ("有变化", f"{tally.changed:,} 件"),
        ("不变", f"{tally.same:,} 件"),
        ("分级变化" if scored else "总体判断变化", f"{tally.moved:,} 件"),
        ("未能试算", f"{tally.left_out:,} 件"),
    ]
    if scored:
        tiles.insert(4, ("建议变化", f"{tally.advised_otherwise:,} 件"))
        tiles.append(("其中暂定分", f"{tally.provisional:,} 件"))
    return tiles


def _matrix(trial: TrialView, tally: Tally) -> DataTable | None:
    """Rows are grades before, columns grades after; a moved count links to its cases."""
    grades = tally.ordered_grades
    if not grades:
        return None
    rows = []
    for before in grades:
        cells = [Cell(before)]
        for after in grades:
            n = tally.grades[(before, after)]
            moved = bool(n) and before != after
            href = cases_href(trial.id, grade_from=before, grade_to=after) if moved else ""
            cells.append(
                Cell(f"{n:,}" if n else "—", href=href, small="不变" if n and before == after else "")
            )
        total = sum(tally.grades[(before, after)] for after in grades)
        rows.append(TableRow((*cells, Cell(f"{total:,}"))))
    totals = [sum(tally.grades[(before, after)] for before in grades) for after in grades]
    rows.append(TableRow((Cell("合计"), *(Cell(f"{n:,}") for n in totals), Cell(f"{sum(totals):,}"))))
    heads = (Column("现行 ↓　方案 →"), *(Column(g, right=True) for g in grades), Column("合计", right=True))
    return DataTable("分级变化（行为现行，列为方案）", heads, tuple(rows), caption_shown=True)


def _charts(tally: Tally) -> tuple[Chart, ...]:
    grades = tally.ordered_grades
    if not grades:
        return ()
    was = tuple(sum(n for (b, _), n in tally.grades.items() if b == grade) for grade in grades)
    now = tuple(sum(n for (_, a), n in tally.grades.items() if a == grade) for grade in grades)
    charts = [Chart("各分级件数", "bar", grades, (Series("现行", was), Series("方案", now)), "件", "分级")]
    if tally.before:
        charts.insert(0, _points(_totals(tally.before), _totals(tally.after)))
    return tuple(charts)


def _totals(scored: Counter[Scored]) -> Counter[int]:
    found: Counter[int] = Counter()
    for (_, total), n in scored.items():
        found[total] += n
    return found


def _points(was: Counter[int], now: Counter[int]) -> Chart:
    """Both distributions in bands as wide as fourteen bars allow."""
    least, most = min((*was, *now)), max((*was, *now))
    width = next((w for w in WIDTHS if (most // w - least // w) < MOST_BARS), WIDTHS[-1])
    bands = range(least // width, most // width + 1)
    names = tuple(f"{b * width}" if width == 1 else f"{b * width}–{b * width + width - 1}" for b in bands)

    def counts(of: Counter[int]) -> tuple[int, ...]:
        return tuple(sum(n for total, n in of.items() if total // width == band) for band in bands)

    return Chart(
        "总分分布", "bar", names, (Series("现行", counts(was)), Series("方案", counts(now))), "件", "总分"
    )


def _clauses(trial: TrialView, tally: Tally, item: Item) -> DataTable | None:
    if not tally.clauses:
        return None
    titles = {clause.id: clause.title for clause in item.clauses or ()}
    order = list(titles)
    found = sorted(
        tally.clauses.items(), key=lambda m: (order.index(m[0][0]) if m[0][0] in titles else 0, -m[1])
    )
    rows = tuple(
        TableRow(
            (
                Cell(f"{code} {titles.get(code, '')}", href=cases_href(trial.id, clause=code)),
                Cell(verdict_word(before)),
                Cell(verdict_word(after)),
                Cell(f"{n:,}"),
            )
        )
        for (code, before, after), n in found
    )
    heads = (Column("条款"), Column("现行"), Column("方案"), Column("件数", right=True))
    return DataTable("判定变化的条款", heads, rows, caption_shown=True)


def _factors(tally: Tally, item: Item) -> DataTable | None:
    if not tally.up and not tally.down:
        return None
    rows = tuple(
        TableRow(
            (Cell(f"{f.code} {f.title}"), Cell(f"{tally.up[f.code]:,}"), Cell(f"{tally.down[f.code]:,}"))
        )
        for f in item.scoring or ()
        if tally.up[f.code] or tally.down[f.code]
    )
    heads = (Column("评分项"), Column("得分升高", right=True), Column("得分降低", right=True))
    return DataTable("得分变化的评分项", heads, rows, caption_shown=True)
