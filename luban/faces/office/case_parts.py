"""What the head and the history of an official's case page are made of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from luban.cases.limits import Running
from luban.cases.state import Event
from luban.faces.office.worklist import status_of
from luban.kit.clock import clock
from luban.kit.findings import Finding, Severity
from luban.kit.form import FieldSpec, field_specs, form_spec
from luban.kit.item import Item
from luban.kit.process import Action
from luban.ledger.requests import Standing
from luban.people.roles import title_of
from luban.stages.review.assessed import in_sheet
from luban.stages.review.found import Found, Paper
from luban.stages.review.options import Option, waits_for
from luban.stages.review.spots import MATERIALS, WHOLE
from luban.ui.face import Link
from luban.ui.flow import Flow, process_flow
from luban.ui.forms.choices import Choices
from luban.ui.forms.controls import words_of
from luban.ui.view import Ask, Button, CaseHead, Proofmark, TimeEntry, Timeline, lamp
from luban.ui.view.marks import Lamp

UNITS = {"wd": "个工作日", "cd": "日"}
OUTCOMES = {
    Severity.BLOCK: ("is-bad", "block"),
    Severity.WARN: ("is-need", "warn"),
    Severity.INFO: ("", "info"),
}


def head_of(found: Found) -> CaseHead:
    """Title, status, facts in a line, buttons."""
    row = found.row
    facts = [("内容", row.headline), ("办理", found.view.office.name), ("提交", _day(row.submitted_on))]
    if row.accepted_on:
        facts.append(("受理", _day(row.accepted_on)))
    if row.version > 1:
        facts.append(("版本", f"第 {row.version} 次提交"))
    if row.copied_from:
        facts.append(("再来一单自", row.copied_from))
    buttons = [
        Button("打印卷宗", href=reverse("office:dossier", args=[row.number]), icon="printer", small=True)
    ]
    buttons += [
        Button("公开核验页", href=f"/v/{one.token}", icon="shield-check", small=True)
        for one in found.licences[:1]
    ]
    return CaseHead(
        f"{row.applicant_name or row.applicant} · {found.item.title}",
        row.number,
        status_of(row),
        tuple((term, value) for term, value in facts if value),
        (Link("待我处理", reverse("office:home")),),
        found.view.step_title or "已办结",
        tuple(buttons),
    )


def _day(value: date) -> str:
    return value.isoformat()


def clock_lamp(found: Found) -> Lamp | None:
    """The lamp of the clock that falls due first."""
    if found.state.closed:
        return None
    due = found.due
    if found.row.paused or due is None or due.due is None:
        return lamp(days_left=None, paused=found.row.paused)
    return lamp(days_left=left_of(found, due), due=due.due, unit=UNITS[due.unit])


def left_of(found: Found, due: Running) -> int:
    """Days a clock has left today."""
    return due.left(on=clock.today(), calendar=found.within.calendar, pauses=found.state.pauses)


def ask_of(found: Found, options: tuple[Option, ...], *, corrects: bool, said: str = "") -> Ask:
    """What is asked of the reader, by when, what the machine has found; `said` is its automatic review's word."""
    number, words, tone = _due_words(found)
    if corrects:
        action = Button("去修改", "primary", reverse("office:correct", args=[found.row.number]))
        return Ask(number, words, "请修改后再提交", waits_for(found), action, tone)
    if not options:
        ended = f"结果：{status_of(found.row).word}。" if found.state.closed else waits_for(found)
        return Ask(number, words, "现在不需要您办理", ended, None, "done")
    titles = [o.action.title for o in options]
    choices = ("；" if any("，" in title for title in titles) else "、").join(titles)
    return Ask(
        number,
        words,
        f"请办理“{found.view.step_title}”：{choices}",
        " ".join((*_hints(found), said)).strip(),
        _where(options),
        tone,
    )


def _where(options: tuple[Option, ...]) -> Button:
    """Where the acts are taken: in the panel, or all of them in the rows of the review."""
    if all(in_sheet(o.action) for o in options):
        return Button("去逐项办理", "primary", "#review")
    return Button("去作决定", "primary", "#decide")


def _due_words(found: Found) -> tuple[str, str, str]:
    if found.state.closed:
        on = found.row.closed_on
        return "已办结", f"{on:%Y-%m-%d}" if on else "", "done"
    if found.row.paused:
        return "停表", "时限暂停计算", ""
    due = found.due
    if due is None or due.due is None:
        return "—", "这一环节不计时", ""
    left = left_of(found, due)
    day = f"{due.due.month} 月 {due.due.day} 日（周{'一二三四五六日'[due.due.weekday()]}）前"
    words = f"{UNITS[due.unit]}\n{day}"
    if left < 0:
        return f"超 {-left}", words, "over"
    return str(left), words, "soon" if left <= 2 else ""


def _hints(found: Found) -> Iterator[str]:
    step = found.item.process.step(found.row.step)
    if step.says:
        yield step.says
    due = found.due
    if due is not None:
        yield f"“{due.title}”自 {due.start:%m-%d} 起，限 {due.n} {UNITS[due.unit]}。"
    warned = sum(f.severity is Severity.WARN for f in found.view.findings)
    yield f"预检有 {warned} 条提醒待核对。" if warned else "预检没有提醒。"


def flow_of(found: Found) -> Flow:
    """The process with the case's place lit; the steps behind carry their day."""
    notes = {
        e.from_step: f"{e.at:%m-%d} 完成" for e in found.events if e.from_step and e.to_step != e.from_step
    }
    last = found.events[-1] if found.state.closed else None
    if last and last.from_step and found.item.process.step(last.from_step).system:
        notes[last.from_step] = f"{last.at:%m-%d} 完成"
    here = found.row.returned_from if found.correcting else found.row.step
    if found.state.closed:
        here = ""
    if here:
        notes[here] = "等补正" if found.correcting else "现在这里"
    done = frozenset(code for code in notes if code != here)
    return process_flow(process=found.item.process, now=here, done=done, notes=notes)


def place_of(item: Item, path: str) -> str:
    """A path in words."""
    code = path.removeprefix("materials.").partition("[")[0]
    material = next((m for m in item.materials if m.code == code), None)
    if path.startswith("materials") and material is not None:
        return f"{MATERIALS} · {material.title}"
    try:
        return form_spec(item.form).label(path) if path else WHOLE
    except (KeyError, IndexError):
        return path


def finding_rows(found: Found) -> list[dict[str, Any]]:
    """Findings of the current version as rows: number, edge, word, place, message, laws, path."""
    return [
        {
            "rule": f.rule,
            "css": OUTCOMES[f.severity][0],
            "code": OUTCOMES[f.severity][1],
            "place": place_of(found.item, f.path),
            "message": f.message,
            "law": "、".join(found.view.cite(law) for law in f.law),
            "path": f.path,
        }
        for f in sorted(found.view.findings, key=_gravity)
    ]


def _gravity(finding: Finding) -> int:
    return list(OUTCOMES).index(finding.severity)


def passed_of(found: Found) -> int:
    """How many rules had nothing to say."""
    return len(found.item.rules) - len({f.rule for f in found.view.findings})


def notes_of(found: Found) -> str:
    """What the applicant said of the warnings when it last submitted."""
    said = (e for e in reversed(found.events) if e.action in ("submit", "resubmit"))
    return str(next((e.data.get("notes") for e in said if e.data.get("notes")), ""))


def timeline_of(found: Found, choices: Choices) -> Timeline:
    """The whole history, newest first, with what was said, papers and evidence."""
    return Timeline(tuple(_entry(found, event, choices) for event in reversed(found.events)))


def _entry(found: Found, event: Event, choices: Choices) -> TimeEntry:
    papers = tuple(
        Link(f"{p.title} {p.number}".strip(), paper_url(found.row.number, p))
        for p in found.papers
        if p.event_seq == event.seq and p.ready
    )
    kinds = {"system": "machine"}
    kind = "stop" if event.state == "correcting" else kinds.get(event.role, "")
    who = "系统" if event.role == "system" else f"{title_of(event.role)} {event.actor_name}"
    return TimeEntry(
        title=event.title,
        when=f"{event.at:%Y-%m-%d %H:%M}　{who}",
        text="；".join(words_of_event(found, event, choices)),
        kind=kind,
        links=papers,
        proof=_mark(found.evidence.get(event.seq)),
    )


def _mark(evidence: Standing | None) -> Proofmark | None:
    if evidence is None:
        return None
    if evidence.anchored:
        return Proofmark("anchored", evidence.block)
    return Proofmark("stuck" if evidence.stuck else "waiting")


def words_of_event(found: Found, event: Event, choices: Choices) -> list[str]:
    """What was said with an act, labelled as its form declares."""
    action = _action(found.item, event)
    if event.action == "submit" or action is None:
        return [f"说明：{event.data['notes']}"] if event.data.get("notes") else []
    said: list[str] = []
    for spec in field_specs(action.data):
        value = event.data.get(spec.name)
        if value in (None, "", []):
            continue
        said += _table(found.item, spec, value) if spec.is_table else [_line(spec, value, choices)]
    return said


def words_typed(posted: QueryDict, action: Action | None, choices: Choices) -> list[str]:
    """What was posted with an act, labelled as its form declares; rows of a table without labels."""
    specs = {spec.name: spec for spec in field_specs(action.data)} if action else {}
    said = [
        (specs.get(name.partition(".")[2]), value)
        for name in posted
        for value in posted.getlist(name)
        if "." in name and value.strip()
    ]
    return [_line(spec, value, choices) if spec else value for spec, value in said if spec or len(value) > 3]


def _line(spec: FieldSpec, value: Any, choices: Choices) -> str:
    return f"{spec.meta.label}：{words_of(spec, value, choices)}{spec.meta.unit}"


def _table(item: Item, spec: FieldSpec, rows: Any) -> list[str]:
    """Rows of a table in an act, one sentence each; a path is said in words."""
    return [
        f"{n}. " + "，".join(_cell(item, name, text) for name, text in row.items() if text)
        for n, row in enumerate(rows, start=1)
    ]


def _cell(item: Item, name: str, text: Any) -> str:
    return f"{place_of(item, str(text))}：" if name == "path" else str(text)


def _action(item: Item, event: Event) -> Action | None:
    if not event.from_step:
        return None
    try:
        actions = item.process.actions_at(event.from_step)
    except KeyError:
        return None
    return next((a for a, _ in actions if a.code == event.action), None)


def paper_url(number: str, paper: Paper) -> str:
    """Where a document is opened."""
    return reverse("office:paper", args=[number, paper.id])
