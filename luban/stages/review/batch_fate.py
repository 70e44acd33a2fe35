"""What became of each case of a batch: read from the case, its papers and the outbox, never kept a second time.

A letter goes draft → signing → signed → sending → sent → delivered → replied_… | overdue | withdrawn; a paper that is no
letter ends with signed. Source: domain brief 危险废物 第一部分 §8 (each letter of a batch has a state of its own).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from django.db.models import Q

from luban.cases.models import Batch, BatchLine, Document
from luban.cases.models import Event as EventRow
from luban.cases.rows import event_of
from luban.cases.views import act_of
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.documents import Letter
from luban.kit.view import Act
from luban.links.outbox.effects import STUCK, State
from luban.links.outbox.models import Effect
from luban.stages.review.batch_book import DONE, FAILED, STRUCK, WAITING, document_of

REPLIED = ("replied_agree", "replied_partial", "replied_disagree", "replied_supplement")
MOVING = ("waiting", "signing")
WITHDRAWN, VOID = "closed_withdrawn", "void"


@dataclass(frozen=True)
class Delivery:
    """An effect as a fate reads it: its state, what went wrong, what the partner answered."""

    state: str
    error: str = ""
    answer: Mapping[str, Any] | None = None

    @property
    def stuck(self) -> bool:
        """Whether it waits for another attempt or for a person."""
        return self.state in STUCK


@dataclass(frozen=True)
class Fate:
    """Where a line stands: a code of `batch` in `ui/words`, what is in the way, the paper's number and id.

    `again`: it may be tried again from the batch's page; `cases` share the paper.
    """

    code: str
    trouble: str = ""
    number: str = ""
    paper: str = ""
    cases: int = 1
    again: bool = False

    @property
    def moving(self) -> bool:
        """Whether it is about to change by itself."""
        return self.code in MOVING and not self.trouble


def letter_stands(
    *,
    withdrawn: bool,
    answer: str,
    due: date | None,
    today: date,
    told: Delivery | None,
) -> str:
    """Where a sealed letter stands. `due`: the day an answer is due by while its clock runs; `told`: the message that
    carries it (None: it was not put in the outbox)."""
    if withdrawn:
        return "withdrawn"
    if answer:
        return answer
    if told is None or told.state in (State.PENDING, State.CANCELLED):
        return "signed"
    if told.state != State.DELIVERED:
        return "sending"
    if due is not None and due < today:
        return "overdue"
    said = (told.answer or {}).get("data") or {}
    return "delivered" if said.get("state") == "delivered" else "sent"


def fates_of(*, batch: Batch, lines: Sequence[BatchLine]) -> dict[int, Fate]:
    """The fate of each line by its id; four statements for all of them."""
    code = document_of(batch)
    if not code:
        return {line.pk: _without_paper(line) for line in lines}
    document = registry.get(batch.item).document(code)
    known = _Known(code, document.letter, lines)
    return {line.pk: _fate(line, known) for line in lines}


def _without_paper(line: BatchLine) -> Fate:
    return Fate(line.state, line.reason, again=line.state == FAILED)


def _fate(line: BatchLine, known: _Known) -> Fate:
    if line.state in (STRUCK, WAITING, FAILED) or line.event_seq is None:
        return _without_paper(line)
    withdrawn = line.case.state == WITHDRAWN
    paper = known.paper(line)
    asked = known.making(line)
    if paper is None and asked is None:
        return Fate("withdrawn" if withdrawn else "draft")
    if paper is None or paper.state == "reserved":
        trouble = asked.error if asked and asked.stuck else ""
        return Fate("signing", trouble, paper.number if paper else "", again=bool(trouble))
    if paper.state == VOID:
        return Fate(VOID, number=paper.number)
    code, trouble = "signed", ""
    if known.letter is not None:
        told = known.carrying(paper)
        code = letter_stands(
            withdrawn=withdrawn,
            answer=known.letter.answer(known.acts(line, paper.event_seq)),
            due=_due(line, known.letter.clock),
            today=clock.today(),
            told=told,
        )
        trouble = told.error if told and told.stuck and code == "sending" else ""
    return Fate(code, trouble, paper.number, str(paper.pk), known.shared(paper))


def _due(line: BatchLine, limit: str) -> date | None:
    """The day the latest clock of that code is due by; None when it does not run."""
    found = next((one for one in reversed(line.case.limits) if one["code"] == limit), None)
    if found is None or found["stopped"] or not found["due"]:
        return None
    return date.fromisoformat(found["due"])


class _Known:
    """Papers, messages and later acts of the cases of a batch."""

    def __init__(self, code: str, letter: Letter | None, lines: Sequence[BatchLine]) -> None:
        self.letter = letter
        ids = [line.case_id for line in lines if line.state == DONE]
        self._papers: dict[Any, list[Document]] = defaultdict(list)
        self._joint: dict[Any, int] = defaultdict(int)
        for paper in Document.objects.filter(case_id__in=ids, code=code).order_by("event_seq"):
            self._papers[paper.case_id].append(paper)
        joint = {p.joint for papers in self._papers.values() for p in papers if p.joint}
        if joint:
            for one in Document.objects.filter(joint__in=joint).exclude(state=VOID).values_list("joint"):
                self._joint[one[0]] += 1
        self._deliveries = _deliveries(code, letter, [str(pk) for pk in ids])
        self._acts: dict[Any, list[Act]] = defaultdict(list)
        if letter is not None:
            first = min((p[0].event_seq for p in self._papers.values()), default=0)
            events = EventRow.objects.filter(case_id__in=list(self._papers), seq__gt=first)
            for event in events.order_by("case_id", "seq"):
                self._acts[event.case_id].append(act_of(event_of(event)))

    def paper(self, line: BatchLine) -> Document | None:
        """The first paper of the case made by the line's event or after it."""
        seq = line.event_seq or 0
        return next((p for p in self._papers.get(line.case_id, ()) if p.event_seq >= seq), None)

    def making(self, line: BatchLine) -> Delivery | None:
        """The effect that makes the paper: the first one asked for by the line's event or after it."""
        asked = [
            (seq, found)
            for (case, kind, seq), found in self._deliveries.items()
            if (case, kind) == (str(line.case_id), "document") and seq >= (line.event_seq or 0)
        ]
        return min(asked, key=itemgetter(0))[1] if asked else None

    def carrying(self, paper: Document) -> Delivery | None:
        """The effect that carries the letter."""
        return self._deliveries.get((str(paper.case_id), "share", paper.event_seq))

    def acts(self, line: BatchLine, seq: int) -> tuple[Act, ...]:
        """What happened to the case after event `seq`."""
        return tuple(act for act in self._acts.get(line.case_id, ()) if act.seq > seq)

    def shared(self, paper: Document) -> int:
        """How many cases share the paper."""
        return self._joint[paper.joint] if paper.joint else 1


def _deliveries(code: str, letter: Letter | None, ids: Sequence[str]) -> dict[tuple[str, str, int], Delivery]:
    wanted = Q(kind="document", name=code)
    if letter is not None:
        link, name, part = letter.message
        told = Q(kind="share", link=link, name=name)
        wanted |= told & (Q(body__part=part) if part else ~Q(body__has_key="part"))
    rows = Effect.objects.filter(wanted, case__in=ids).values_list(
        "case", "kind", "body__seq", "state", "last_error", "receipt"
    )
    return {
        (str(case), kind, int(seq)): Delivery(state, error, answer)
        for case, kind, seq, state, error, answer in rows
    }
