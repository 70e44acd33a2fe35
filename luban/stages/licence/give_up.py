"""Papers that will not be made: they become void, their numbers are registered void and never used again.

Two ways lead here: the case moved on before its decision was sealed, or an official cancels a stuck document. A
document that decides its case cannot be cancelled: without it the case would wait for its seal for ever.
"""

from __future__ import annotations

from django.db import transaction

from luban.cases.models import Case
from luban.cases.models import Document as Paper
from luban.kit import registry
from luban.links.outbox import queue
from luban.links.outbox.effects import EffectView
from luban.links.outbox.queue import OutboxRefused
from luban.registers.numbering import numbers
from luban.stages.licence.holders import licence_holder
from luban.stages.licence.merged import copies_of

VOID = "void"
STANDS = "该文书盖章后本件才能办结，不能取消；请排除故障后重新投递。"
DONE = "该文书已盖章生效，不能取消；请刷新页面查看。"


def cancel(*, effect_id: int, by: str, reason: str) -> EffectView:
    """Give up a stuck effect of any kind; a document's number becomes void with it. Raises OutboxRefused."""
    effect = queue.get(effect_id=effect_id)
    if effect is None or effect.kind != "document":
        return queue.cancel(effect_id=effect_id, by=by, reason=reason)
    case = Case.objects.only("item", "state").get(pk=effect.body["case"])
    document = registry.get(case.item).document(str(effect.body["document"]))
    if document.decides and not case.state.startswith("closed_"):
        raise OutboxRefused(STANDS)
    with transaction.atomic():
        paper = Paper.objects.filter(
            case_id=case.pk, event_seq=int(effect.body["seq"]), code=document.code
        ).first()
        if paper is not None and not void(paper=paper, by=by, reason=reason):
            raise OutboxRefused(DONE)
        return queue.cancel(effect_id=effect_id, by=by, reason=reason)


def void(*, paper: Paper, by: str, reason: str) -> bool:
    """Make a reserved paper void, its number with it, in one transaction; False when it was sealed meanwhile.

    A merged letter goes on without this case; its number is void with the last of its cases."""
    with transaction.atomic():
        rows = list(copies_of(paper).select_for_update().order_by("pk"))
        locked = next(row for row in rows if row.pk == paper.pk)
        if locked.state == "reserved":
            Paper.objects.filter(pk=paper.pk).update(state=VOID)
            if any(row.state != VOID for row in rows if row.pk != paper.pk):
                return True
            own = numbers.number_of(
                document=licence_holder(str(locked.case_id), locked.event_seq, locked.code)
            )
            for number in (locked.number, own.number if own else ""):
                if number:
                    numbers.void(number=number, by=by, reason=reason)
            return True
        return locked.state == VOID
