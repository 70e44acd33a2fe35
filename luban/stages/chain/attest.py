"""What an event writes to the chain, computed from the case alone: the same today and at any verification later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from luban.cases import house
from luban.cases.models import Document
from luban.kit.view import CaseView
from luban.ledger.arguments import Attested, Last, write_of
from luban.ledger.digests import EMPTY, attachment_digest, decision_digest, operator_hash
from luban.ledger.writes import Write
from luban.links.outbox.models import Effect
from luban.links.outcomes import Unavailable
from luban.stages.chain.answered import as_on_chain
from luban.stages.chain.compose import EvidenceRequest, attachments

PEPPER = "chain.operator"
SEALED, RESERVED = "sealed", "reserved"


def operator(account: str) -> str:
    """The pseudonym of an account on the chain."""
    return operator_hash(pepper=house.keys().hmac_key(PEPPER).hex(), account=account)


def decision_of(body: Mapping[str, Any], salt: str) -> str:
    """The digest of the decision or opinion a body carries; EMPTY when it carries none."""
    said = body.get("decision") or body.get("opinion")
    return decision_digest(record_salt=salt, content=said) if said else EMPTY


def write(
    *,
    made: EvidenceRequest,
    view: CaseView,
    request_id: str,
    case_id: str,
    previous_form: str,
    last: Last,
    told: Mapping[str, Any] | None = None,
) -> Write:
    """The write of an event; `told`: as a province wrote it itself. Raises Unavailable while its paper is not sealed yet."""
    whole = attested(
        made=made, view=view, request_id=request_id, case_id=case_id, previous_form=previous_form
    )
    if told is not None:
        whole = as_on_chain(whole, told)
    return write_of(whole, last=last)


def attested(
    *, made: EvidenceRequest, view: CaseView, request_id: str, case_id: str, previous_form: str
) -> Attested:
    """What an event puts in evidence. Raises Unavailable while the paper it names is not sealed yet."""
    found = Attested(
        request_id=request_id,
        case=case_id,
        record=made.record,
        call=made.call,
        record_key=made.record_key,
        schema=made.schema,
        version=made.version,
        form_digest=made.form_digest,
        section_digests=tuple(made.section_digests.values()),
        attachments_root=made.attachments_root,
        attachment_digests=tuple(attachment_digest(one) for one in attachments(view)),
        previous_form=previous_form,
        decision_digest=decision_of(made.body, view.evidence_salt),
        operator_hash=operator(view.last.actor),
        occurred_at=made.occurred_at,
        body=made.body,
    )
    code = str(made.body.get("document") or "")
    if code:
        digest = _paper(case_id, view.seq, code)
        return replace(found, body={**made.body, "docDigest": digest})
    return found


def _paper(case_id: str, seq: int, code: str) -> str:
    """SM3 of the sealed paper of that code, as of event `seq`; EMPTY when there is none (waste-chain §4.5).

    Whoever asked before the paper was begun would otherwise write another digest than every verification finds later.
    """
    rows = Document.objects.filter(case_id=case_id, code=code, event_seq__lte=seq)
    papers = {row.event_seq: row for row in rows.order_by("event_seq")}
    last = next((row for row in reversed(papers.values()) if row.state in (SEALED, RESERVED)), None)
    making = Effect.objects.filter(case=case_id, kind="document", name=code, done_at__isnull=True)
    wanted = making.filter(body__seq__lte=seq).values_list("body__seq", flat=True)
    not_begun = any(n not in papers and (last is None or n > last.event_seq) for n in wanted)
    if not_begun or (last is not None and last.state == RESERVED):
        raise Unavailable("这一步的文书尚未盖章，盖章后自动上链。")
    return last.sm3 if last is not None else EMPTY
