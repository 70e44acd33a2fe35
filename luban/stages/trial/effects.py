"""What jobs would do, done at once and in memory: compose documents, issue licences, word messages, digest evidence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from luban.cases.state import Planned
from luban.cases.views import view_of
from luban.kit.canonical import canonical
from luban.kit.documents import Document, Number
from luban.kit.reading import read_form
from luban.kit.view import CaseView
from luban.stages.chain.compose import request
from luban.stages.licence.compose import compose
from luban.stages.share.compose import message
from luban.stages.trial.model import Trial
from luban.trust.digest import sm3


@dataclass(frozen=True)
class Performed:
    """What one effect came to; `decides` when a sealed document completes the decision."""

    document: dict[str, Any] | None = None
    message: dict[str, Any] | None = None
    evidence: dict[str, Any] | None = None
    decides: bool = False


def perform(*, trial: Trial, case_id: str, seq: int, planned: Planned, day: date) -> Performed:
    """Do one effect as of the event that planned it."""
    view = seen(trial=trial, case_id=case_id, seq=seq, day=day)
    if planned.kind == "document":
        return _document(trial, view, planned.about["document"], day)
    if planned.kind == "share":
        part = planned.about.get("part", "")
        body = message(item=trial.item, link=planned.link, name=planned.name, view=view, part=part)
        if body is None:
            return Performed()
        name = f"{planned.name}:{part}".rstrip(":")
        return Performed(message={"link": planned.link, "name": name, "body": dict(body)})
    made = asdict(request(item=trial.item, name=planned.name, view=view))
    return Performed(evidence={"name": planned.name, **made})


def seen(*, trial: Trial, case_id: str, seq: int, day: date) -> CaseView:
    """The case as of an event."""
    loaded = trial.store.load(case_id)
    events = tuple(e for e in loaded.events if e.seq <= seq)
    return view_of(
        item=trial.item,
        case=loaded.case,
        form=read_form(trial.item.form, loaded.payload).form,
        events=events,
        context=trial.context,
        today=day,
        findings=loaded.findings,
        licences=trial.licences.views_of(loaded.case.number),
        numbers={paper["code"]: paper["number"] for paper in trial.result.documents if paper["number"]},
    )


def _document(trial: Trial, view: CaseView, code: str, day: date) -> Performed:
    document = trial.item.document(code)
    number, own = (_draw(trial, view, found, day) for found in _numbers(document))
    token = f"trial{len(trial.result.documents):017d}"
    composed = compose(
        item=trial.item,
        document=document,
        view=view,
        number=number,
        verify_url=f"{trial.context.verify_base}{token}",
        licence_number=own,
    )
    if (terms := composed.licence) is not None:
        trial.licences.issue(view=view, document=code, number=terms.number, token=token, terms=terms, day=day)
    said = {
        "code": code,
        "title": document.title,
        "number": number,
        "sealed_by": composed.sealed_by.name if composed.sealed_by else "",
        "fields": dict(composed.fields),
        "digest": sm3(canonical(composed.fields).encode()),
    }
    return Performed(document=said, decides=document.decides)


def _numbers(document: Document) -> tuple[Number | None, Number | None]:
    """The number of the paper, and the licence's own."""
    return document.number, document.licence.number if document.licence is not None else None


def _draw(trial: Trial, view: CaseView, own: Number | None, day: date) -> str:
    if own is None:
        return ""
    return trial.store.draw(template=own.template, day=day, sequence=own.sequence, **own.parts(view))
