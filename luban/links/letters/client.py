"""函件送达: a letter goes over the online channel where the addressee has one, otherwise somebody posts it.

The receipt says which: `channel` online (delivered) or manual (to be posted and registered by an official).
"""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from luban.links.messages import Adcode, Body, Digest, Line, Link, Message, Receipt, Required, send
from luban.links.outcomes import Unavailable


class Letter(Body):
    """A sealed letter. The addressee fetches the file at `verify_url` and checks it against `file_sm3`."""

    letter_no: Required
    case_no: Required
    kind: Literal["consultation", "notification", "copy", "revocation", "withdrawal", "reminder"]
    to_adcode: Adcode
    to_name: Required
    subject: Required
    file_sm3: Digest
    verify_url: Line
    reply_within_days: int | None = Field(default=None, ge=1)


_LETTER = Message("letter", "函件", "/letters", Letter)
LINK = Link(code="letters", title="函件送达", direction="both", messages=(_LETTER,))


@dataclass(frozen=True)
class LetterReceipt:
    """How the letter travels, and the number under which the channel keeps it."""

    channel: Literal["online", "manual"]
    reference: str


def send_letter(*, letter: Letter, key: str) -> LetterReceipt:
    """Hand over a letter under idempotency key `key`. Raises Rejected, Unavailable."""
    return understood(receipt=send(link=LINK, message=_LETTER, body=letter, key=key))


def understood(*, receipt: Receipt) -> LetterReceipt:
    """Read the channel out of a receipt of message `letter`. Raises Unavailable when it names none."""
    match receipt.data.get("channel"):
        case "online":
            return LetterReceipt(channel="online", reference=receipt.reference)
        case "manual":
            return LetterReceipt(channel="manual", reference=receipt.reference)
        case _:
            raise Unavailable("函件信道的应答没有说明送达方式。")
