"""Shanghai hands its records to the chain as every province does: over the SDK, here with the in-process transport.

One function for each call an item attests. The province that answers a letter at our desk and has entered the chain
answers under its own application (waste-chain §4.5).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from luban_chain import Attachment, Busy, ChainClient, GatewayRefused, Unreachable

from luban.kit.item import Item
from luban.kit.view import CaseView
from luban.ledger.arguments import Attested
from luban.ledger.digests import EMPTY, record_key
from luban.ledger.models import ChainWrite
from luban.ledger.setup import HOME, HOME_NAME, has_joined
from luban.links.outcomes import Rejected, Unavailable
from luban.stages.chain.answered import refuse_second
from luban.stages.chain.attest import attested
from luban.stages.chain.compose import EvidenceRequest, attachments, section_texts
from luban.stages.gateway.asking import GatewayError
from luban.stages.gateway.inprocess import client

REPLY = "reply"
JOINED = (
    "接收地已接入固废链，复函须由其自行上链，代录的纸质复函不能以其名义上链；"
    "请接收地在链上复函，或者核实后取消本条上链。"
)


@dataclass(frozen=True)
class Handing:
    """One request on its way: what is attested, the sections as JSON, what every call carries."""

    item: Item
    made: EvidenceRequest
    view: CaseView
    whole: Attested
    request_id: str

    @property
    def body(self) -> Mapping[str, Any]:
        """What the item says, in the chain's own words."""
        return self.whole.body

    @property
    def who(self) -> dict[str, Any]:
        """Operator and id; the gateway makes the pseudonym."""
        return {"operator_id": self.view.last.actor, "request_id": self.request_id}

    @property
    def when(self) -> dict[str, Any]:
        """Operator, id and business time."""
        return {**self.who, "occurred_at": self.made.occurred_at}

    @property
    def content(self) -> dict[str, Any]:
        """Sections, salt, attachments and schema of a form."""
        texts = section_texts(item=self.item, view=self.view)
        return {
            "sections": {name: json.loads(text) for name, text in texts.items()},
            "record_salt": self.view.evidence_salt,
            "schema_version": self.made.schema,
            "attachments": [
                Attachment(one.material_code, one.seq, one.size, one.sm3) for one in attachments(self.view)
            ],
        }


def hand_over(*, item: Item, made: EvidenceRequest, view: CaseView, request_id: str, case_id: str) -> None:
    """Push one request through the gateway, in the caller's transaction.

    Raises Unavailable while a paper is not sealed or the application is suspended, Rejected when the gateway refuses.
    """
    whole = attested(
        made=made,
        view=view,
        request_id=request_id,
        case_id=case_id,
        previous_form=EMPTY,
    )
    given = Handing(item, made, view, whole, request_id)
    try:
        gateway = client(region=_region(made, request_id), name=HOME_NAME, group=f"case:{case_id}")
        _CALLS[f"{made.record}.{made.call}"](gateway, given)
    except (Busy, Unreachable) as later:
        raise Unavailable(f"链网关暂不能接收：{later}") from later
    except GatewayError as suspended:
        raise Unavailable(f"{suspended.message}（上链随后自动重试）") from suspended
    except GatewayRefused as refusal:
        raise Rejected(str(refusal.code), refusal.message) from refusal


def _region(made: EvidenceRequest, request_id: str) -> str:
    """Whose application writes: ours, but for the answer of a province that has entered the chain.

    A province that has joined answers for itself: what came from it on paper is not written in its name. Raises Rejected.
    """
    if made.call != REPLY:
        return HOME
    number = str(made.body.get("docNo") or "")
    refuse_second(record_key=made.record_key, request_id=request_id, number=number)
    rows = ChainWrite.objects.filter(record_key=made.record_key, function__in=("createCase", "updateCase"))
    core = rows.order_by("-version").values_list("arguments__core", flat=True).first()
    province = str(core["destProvince"]) if core else HOME
    if not has_joined(region=province):
        return HOME
    if made.body.get("onBehalf"):
        raise Rejected("PROVINCE_JOINED", JOINED)
    return province


def _create(gateway: ChainClient, given: Handing) -> None:
    push = gateway.create_filing if given.made.record == "UF" else gateway.create_form
    push(case_no=given.view.number, core=given.body["core"], **given.content, **given.when)


def _append(gateway: ChainClient, given: Handing) -> None:
    push = gateway.append_filing_version if given.made.record == "UF" else gateway.update_form
    push(
        given.made.record_key,
        expected_version=given.body["expectedVersion"],
        case_no=given.view.number,
        core=given.body["core"],
        **given.content,
        **given.when,
    )


def _decide(gateway: ChainClient, given: Handing) -> None:
    gateway.decide_filing(
        given.made.record_key,
        result="filed" if given.body["filed"] else "rejected",
        filing_no=given.body["docNo"],
        decision=given.body["decision"],
        decision_digest=given.whole.decision_digest,
        expected_version=given.body["expectedVersion"],
        record_salt=given.view.evidence_salt,
        **given.who,
    )


def _withdraw(gateway: ChainClient, given: Handing) -> None:
    take_back = gateway.withdraw_filing if given.made.record == "UF" else gateway.withdraw_revocation
    take_back(given.made.record_key, **given.when)


def _propose(gateway: ChainClient, given: Handing) -> None:
    filing = record_key(kind="UF", origin=HOME, number=given.body["filing_case_no"])
    gateway.propose_revocation(
        revocation_no=given.body["revocation_no"],
        filing_key=filing,
        filing_no=given.body["filing_no"],
        reason_code=given.body["reason_code"],
        **given.content,
        **given.when,
    )


def _judge(gateway: ChainClient, given: Handing) -> None:
    say = gateway.approve_revocation if given.made.call == "approve" else gateway.reject_revocation
    say(
        given.made.record_key,
        decision=given.body["decision"],
        decision_digest=given.whole.decision_digest,
        record_salt=given.view.evidence_salt,
        **given.when,
    )


def _begin(gateway: ChainClient, given: Handing) -> None:
    common = {
        "form_key": record_key(kind="DF", origin=HOME, number=given.body["core"]["applicationNo"]),
        "form_version": given.body["formVersion"],
        "core": given.body["core"],
        **given.when,
    }
    if given.made.call == "createCase":
        gateway.create_case(**common)
    else:
        gateway.update_case(given.made.record_key, expected_seq=given.body["expectedSeq"], **common)


def _move(gateway: ChainClient, given: Handing) -> None:
    body = given.body
    gateway.transition_case(
        given.made.record_key,
        expected_seq=body["expectedSeq"],
        to=body["to"],
        opinion=body.get("opinion") or {},
        doc=_paper(body),
        approved_kg=body["approvedKg"],
        valid_from=body["validFrom"],
        valid_to=body["validTo"],
        form_version=body["formVersion"],
        record_salt=given.view.evidence_salt,
        **given.when,
    )


def _reply(gateway: ChainClient, given: Handing) -> None:
    body = given.body
    gateway.reply_case(
        given.made.record_key,
        expected_seq=body["expectedSeq"],
        result=body["result"],
        reply_kg=body["replyKg"],
        reply_valid_to=body["replyValidTo"],
        doc=_paper(body),
        on_behalf=gateway.region == HOME,
        form_version=body.get("formVersion") or given.made.version,
        **given.when,
    )


def _paper(body: Mapping[str, Any]) -> dict[str, str]:
    digest = str(body.get("docDigest") or "")
    named = {"no": str(body.get("docNo") or "")}
    return {**named, "sm3": digest} if digest and digest != EMPTY else named


_CALLS: Mapping[str, Callable[[ChainClient, Handing], None]] = {
    "UF.createFiling": _create,
    "UF.appendVersion": _append,
    "UF.recordDecision": _decide,
    "UF.withdraw": _withdraw,
    "UR.propose": _propose,
    "UR.approve": _judge,
    "UR.reject": _judge,
    "UR.withdraw": _withdraw,
    "DF.createForm": _create,
    "DF.updateForm": _append,
    "DC.createCase": _begin,
    "DC.updateCase": _begin,
    "DC.transition": _move,
    "DC.reply": _reply,
}
