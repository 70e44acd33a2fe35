"""固废链: a receiving province's reply, read from the chain when its block is final, comes in like any partner's message.

Nobody pushes it over HTTP: the reader of the chain's events hands it to the inbox itself. Quantities are kilograms and
days are numbers (20260331, 0 for none), as they stand on the chain. Source: domain brief 固废链 §4.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import Field

from luban.links.messages import Adcode, Digest, Inbound, Line, Link, Pushed, Required

CODE, REPLY = "waste_chain", "consultation_reply"
CONCLUSIONS: Mapping[int, str] = {1: "agree", 2: "agree_partial", 3: "disagree", 4: "need_more"}
KG = Decimal(1000)
_SHANGHAI = timedelta(hours=8)


class ChainReply(Pushed):
    """One reply as the chain holds it: entry `seq` of the case's course, with everything its hash is made of."""

    event_id: Required
    record_key: Digest
    case_no: Required
    province: Adcode
    seq: int = Field(ge=1)
    result: int = Field(ge=1, le=4)
    reply_kg: int = Field(ge=0)
    reply_valid_to: int = Field(ge=0)
    doc_no: Line = ""
    doc_digest: Digest
    occurred_at: int = Field(ge=0)
    operator_hash: Digest
    entry_hash: Digest
    previous: Digest
    tx_hash: Required
    block_number: int = Field(ge=0)

    @property
    def subject(self) -> str:
        """The record and the entry of its course: a second consultation is answered by another entry."""
        return f"{self.record_key}/{self.seq}"

    def told(self) -> Mapping[str, Any]:
        """The reply in the words of a consultation: tonnes, ISO days."""
        said = datetime.fromtimestamp(self.occurred_at / 1000, UTC) + _SHANGHAI
        until = str(self.reply_valid_to)
        return {
            "case_no": self.case_no,
            "conclusion": CONCLUSIONS[self.result],
            "reply_no": self.doc_no,
            "replied_on": said.date().isoformat(),
            "province": self.province,
            "approved_qty_t": str(Decimal(self.reply_kg) / KG) if self.reply_kg else None,
            "valid_to": f"{until[:4]}-{until[4:6]}-{until[6:]}" if self.reply_valid_to else None,
            "entry_hash": self.entry_hash,
        }


LINK = Link(
    code=CODE,
    title="固废链",
    direction="in",
    inbound=(Inbound(REPLY, "接收地复函（链上）", ChainReply),),
)
