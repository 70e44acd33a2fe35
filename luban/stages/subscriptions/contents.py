"""What is shown of a record's form beside an event: sections and attachments within the reader's sight (waste-chain §6.2).

A case's course (DC) shows the sections of its form (DF). Sight is judged by the record the event is about.
"""

from __future__ import annotations

from luban.ledger.index_models import ChainRecord
from luban.stages.gateway.asking import Caller
from luban.stages.gateway.disclosed import disclosed, sight_of
from luban.stages.gateway.kept import Opened, content_of
from luban.stages.subscriptions.envelope import Shown
from luban.stages.subscriptions.events import Told
from luban.stages.subscriptions.reading import Subject


def seen(*, caller: Caller, told: Told, subject: Subject) -> Shown:
    """What the reader may see. Raises GatewayError when that is nothing."""
    key = told.event.record_key
    sight = sight_of(caller=caller, record=subject.kind, record_key=key, core=subject.core)
    shown = disclosed(content=_content(told, subject), seen=sight)
    return Shown(shown.sections, shown.attachments)


def form_digest_of(*, told: Told, subject: Subject) -> str:
    """The digest of the form an event is about; empty when it is not known here."""
    stated = str(told.event.args.get("formDigest") or "")
    if stated:
        return stated
    content = _content(told, subject)
    return content.form_digest if content else ""


def _content(told: Told, subject: Subject) -> Opened | None:
    key = told.event.record_key
    if subject.kind == "DC":
        form = ChainRecord.objects.filter(kind="DF", number=subject.number)
        key = form.values_list("record_key", flat=True).first() or key
    return content_of(record_key=key, form_digest=str(told.event.args.get("formDigest") or ""))
