"""What the page of a case is made of: the way ahead, corrections, history, deadline, papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode

from luban.cases.limits import Running
from luban.faces.portal.case_found import Found, Paper
from luban.faces.portal.events import entry, is_public
from luban.faces.portal.path import GOOD_ENDS, track
from luban.faces.portal.rows import day
from luban.kit.clock import ZONE, clock, wd_between
from luban.kit.form import form_spec
from luban.kit.item import Item
from luban.ui.face import Link
from luban.ui.view import (
    CorrectionRow,
    Corrections,
    Lamp,
    Pair,
    Pairs,
    TimeEntry,
    Timeline,
    Track,
    lamp,
)

UNIT_WORDS = {"wd": "个工作日", "cd": "日"}


def track_of(found: Found) -> Track:
    """The stations under the title, with days behind and the deadline at the present one."""
    row = found.row
    notes = {"submit": day(row.submitted_on)}
    for event in found.events:
        if event.from_step and (event.to_step != event.from_step or event.state in GOOD_ENDS):
            notes[event.from_step] = day(event.at.date())
    here = row.returned_from if found.correcting else row.step
    if found.correcting:
        notes[here] = "等您补正"
    elif here and not found.state.closed:
        notes[here] = f"{day(found.due.due)}前" if found.due and found.due.due else "正在办"
    if row.closed_on:
        notes["end"] = day(row.closed_on)
    return track(
        process=found.item.process,
        state=row.state,
        step=row.step,
        returned_from=row.returned_from,
        paused=row.paused,
        notes=notes,
        big=True,
    )


def where(item: Item, path: str) -> str:
    """A field or material as the applicant knows it; the words themselves when they name neither."""
    code = path.removeprefix("materials.").split("[")[0]
    material = next((m for m in item.materials if m.code == code), None)
    if material is not None:
        return material.title
    try:
        return form_spec(item.form).label(path)
    except (KeyError, IndexError):
        return path


def correct_url(found: Found, path: str = "") -> str:
    """Where correcting begins, at a field when one is named."""
    address = reverse("portal:correct", args=[found.row.number])
    return f"{address}?{urlencode({'at': path})}" if path else address


def corrections_of(found: Found) -> Corrections | None:
    """What has to be corrected, each point with its button."""
    back = found.returned
    if not found.correcting or back is None:
        return None
    rows = tuple(
        CorrectionRow(
            title=where(found.item, str(point.get("path") or "")),
            why=str(point.get("problem") or ""),
            how="",
            href=correct_url(found, str(point.get("path") or "")),
        )
        for point in back.data.get("items", ())
    )
    bases = dict.fromkeys(str(p.get("basis")) for p in back.data.get("items", ()) if p.get("basis"))
    papers = tuple(p for p in found.papers if p.event_seq == back.seq and p.ready)
    note = str(back.data.get("note") or back.data.get("reason") or "")
    text = "改好提交后继续办理，不用重填其他内容。以上为一次性告知。"
    return Corrections(
        rows,
        href=correct_url(found),
        text=f"{note}　{text}" if note else text,
        basis="；".join([*bases, *(f"{p.title} {p.number}".strip() for p in papers)]),
        links=tuple(Link(f"下载{p.title}", paper_url(found, p)) for p in papers),
    )


def paper_url(found: Found, paper: Paper) -> str:
    """Where a paper is downloaded."""
    return reverse("portal:paper", args=[found.row.number, paper.id])


def timeline_of(found: Found) -> Timeline:
    """The public history, newest first, with what comes next on top."""
    entries = [
        entry(
            event,
            within=found.within,
            handling_org=found.row.handling_org,
            links=tuple(
                Link(p.title, paper_url(found, p))
                for p in found.papers
                if p.event_seq == event.seq and p.ready
            ),
            evidence=found.evidence.get(event.seq),
        )
        for event in reversed(found.events)
        if is_public(event)
    ]
    return Timeline((*_next(found), *entries))


def _next(found: Found) -> tuple[TimeEntry, ...]:
    if found.state.closed:
        return ()
    if found.correcting:
        back = found.item.process.step(found.row.returned_from or found.item.process.first.code)
        return (
            TimeEntry(f"补正提交后回到“{back.title}”", "接下来", "提交补正后，工作人员接着办理。", "next"),
        )
    step = found.item.process.step(found.row.step)
    due = found.due
    text = f"“{due.title}”期限 {due.n} {UNIT_WORDS[due.unit]}，{due.due} 前。" if due else ""
    return (TimeEntry(f"正在“{step.title}”", "现在", text, "next"),)


@dataclass(frozen=True)
class Deadline:
    """The clock panel: a big number with its unit, what it is for, until when, the lamp, what follows."""

    number: str
    unit: str
    text: str
    until: str
    lamp: Lamp
    after: str = ""


def deadline_of(found: Found) -> Deadline | None:
    """The time left: for the applicant while it corrects, for the office otherwise."""
    row, today = found.row, clock.today()
    if found.state.closed:
        return None
    if found.correcting and row.timer_on:
        last = row.timer_on
        left = max(wd_between(a=today, b=last, calendar=found.within.calendar), 0)
        return Deadline(
            str(left),
            "个工作日",
            "留给您补正",
            f"{_full(last)}前",
            lamp(days_left=left, due=None, paused=row.paused),
            "到期没有补正，视为放弃申请；材料不齐请先致电 12345。",
        )
    due = found.due
    if due is None or due.due is None:
        return None
    left = _left(found, due)
    unit = UNIT_WORDS[due.unit]
    word = str(left) if left >= 0 else f"超 {-left}"
    return Deadline(word, unit, f"“{due.title}”期限", f"{_full(due.due)}前", lamp(days_left=left, unit=unit))


def _left(found: Found, due: Running) -> int:
    return due.left(on=clock.today(), calendar=found.within.calendar, pauses=found.state.pauses)


def _full(value: date) -> str:
    return f"{value.year} 年 {value.month} 月 {value.day} 日（周{'一二三四五六日'[value.weekday()]}）"


def facts_of(found: Found) -> Pairs:
    """Who handles it, when it was submitted, under which number one asks."""
    row = found.row
    pairs = [
        Pair("办理单位", found.within.office(row.handling_org).name),
        Pair("电话", "12345"),
        Pair("提交", f"{found.version.submitted_at.astimezone(ZONE):%Y-%m-%d %H:%M}"),
        Pair("版本", f"第 {row.version} 次提交"),
    ]
    if row.copied_from:
        pairs.append(Pair("再来一单自", row.copied_from, reverse("portal:case", args=[row.copied_from])))
    return Pairs(tuple(pairs))


def may_repeat(found: Found, *, begins: bool) -> bool:
    """Whether 再来一单 is offered here: the item allows it, the case went well or the item lets one choose."""
    return (
        begins
        and bool(found.item.reorder)
        and (found.row.state in GOOD_ENDS or (found.item.reorder == "chosen" and found.state.closed))
    )
