"""A firm's cases as rows: title, number, stations, status, what comes next, one button."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from luban.cases.models import Case
from luban.faces.portal.path import track
from luban.kit import registry
from luban.kit.process import APPLICANT_STEP
from luban.ui.view import Button, CaseRow
from luban.ui.words import Status, case_status


def day(value: date) -> str:
    """7 月 14 日."""
    return f"{value.month} 月 {value.day} 日"


def case_url(row: Case) -> str:
    """The page of a case."""
    return reverse("portal:case", args=[row.number])


def status_of(row: Case) -> Status:
    """The status word of a case; decided and being sealed reads so."""
    closed = row.state.startswith("closed_")
    system = not closed and row.step and registry.get(row.item).process.step(row.step).system
    return case_status(state="sealing" if system else row.state, paused=row.paused)


def note_of(row: Case) -> str:
    """The small line under the status."""
    if row.closed_on:
        return day(row.closed_on)
    if row.step == APPLICANT_STEP:
        return f"请在 {day(row.timer_on)}前补正" if row.timer_on else "请补正"
    if row.paused:
        return "时限停表"
    return f"预计 {day(row.due_on)}前" if row.due_on else f"{day(row.submitted_on)}提交"


def case_row(row: Case) -> CaseRow:
    """A case as a line of a list."""
    item = registry.get(row.item)
    need = row.step == APPLICANT_STEP
    return CaseRow(
        title=f"{item.short}：{row.headline}" if row.headline else item.title,
        number=row.number,
        href=case_url(row),
        track=track(
            process=item.process,
            state=row.state,
            step=row.step,
            returned_from=row.returned_from,
            paused=row.paused,
        ),
        status=status_of(row),
        note=note_of(row),
        action=Button("去补正", kind="primary", href=case_url(row))
        if need
        else Button("看结果" if row.closed_on else "看进度", href=case_url(row)),
    )
