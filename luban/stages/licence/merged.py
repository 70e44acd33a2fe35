"""A letter of several cases: one number, one token, one sealed PDF; each case keeps it among its own papers.

Which cases share a letter is settled before it is made: a batch takes the acts of one addressee's cases in one
transaction, so whoever comes first to make the letter finds every one of them either done or left out. All rows of the
letter are written with its number, in one transaction; they are sealed in one transaction. A case whose row was given
up before is not in the letter; the number is given up only with the last of them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet

from luban.cases import house
from luban.cases.context import Context
from luban.cases.models import Batch, BatchLine
from luban.cases.models import Document as Paper
from luban.kit.documents import Document
from luban.kit.view import CaseView
from luban.registers.licences.parts import new_token

DONE = "done"
RESERVED, VOID = "reserved", "void"
FEWEST = 2


def line_of(*, case_id: str, seq: int, document: Document) -> BatchLine | None:
    """The line of the batch by which event `seq` shares its letter with other cases; None: the letter is its own."""
    if document.letter is None or document.letter.together is None:
        return None
    line = BatchLine.objects.filter(case_id=case_id, event_seq=seq, state=DONE).exclude(group="").first()
    return line if line is not None and _sharing(line).count() >= FEWEST else None


def _sharing(line: BatchLine) -> QuerySet[BatchLine]:
    return BatchLine.objects.filter(batch_id=line.batch_id, group=line.group, state=DONE)


def reserve(*, line: BatchLine, document: Document, draw: Callable[[str], str], at: datetime) -> Paper:
    """The row of the line's case, reserved with those of all cases of the letter; inside the caller's transaction.

    `draw(holder)` gives the number that `holder` has or gets.
    """
    Batch.objects.select_for_update().get(pk=line.batch_id)
    own = {"case_id": line.case_id, "event_seq": line.event_seq, "code": document.code}
    held = Paper.objects.filter(**own).first()
    if held is not None:
        return held
    holder = f"{line.batch_id}:{line.group}:{document.code}"
    number, token = draw(holder), new_token()
    Paper.objects.bulk_create(
        Paper(
            case_id=one.case_id,
            event_seq=one.event_seq or 0,
            code=document.code,
            title=document.title,
            number=number,
            token=token,
            state=RESERVED,
            to_applicant=document.to_applicant,
            reserved_at=at,
            joint=uuid.uuid5(line.batch_id, holder),
        )
        for one in _sharing(line)
    )
    return Paper.objects.get(**own)


def copies_of(paper: Paper) -> QuerySet[Paper]:
    """The rows of a paper: its own, or those of all cases of a merged letter."""
    return Paper.objects.filter(joint=paper.joint) if paper.joint else Paper.objects.filter(pk=paper.pk)


def views_of(*, paper: Paper, within: Context) -> tuple[CaseView, ...]:
    """The cases of a merged letter, each as of the event that asked for it; nothing for a paper of one case."""
    if paper.joint is None:
        return ()
    rows = copies_of(paper).exclude(state=VOID).order_by("case__number")
    return tuple(_seen(str(row.case_id), row.event_seq, within) for row in rows)


def _seen(case_id: str, seq: int, within: Context) -> CaseView:
    view = house.view_at(case_id=case_id, seq=seq, within=within)
    return replace(view, numbers=house.numbered_by(case_id=case_id, seq=seq - 1))
