"""短信: a template and its values to one mobile number.

The number is personal data: keep it sealed in the outbox and open it only in the handler that calls `send_sms`.
A message that cannot be sent is no failure of the case (domain README §5.1).
"""

from pydantic import Field

from luban.links.messages import Body, Line, Link, Message, Receipt, Required, send


class Sms(Body):
    """A text message."""

    mobile: str = Field(pattern=r"^1[3-9]\d{9}$")
    template: Required
    values: dict[str, str] = Field(default_factory=dict)
    case_no: Line = ""


_SMS = Message("sms", "短信", "/messages", Sms)
LINK = Link(code="sms", title="短信平台", direction="out", messages=(_SMS,))


def send_sms(*, sms: Sms, key: str) -> Receipt:
    """Send a text message under idempotency key `key`. Raises Rejected, Unavailable."""
    return send(link=LINK, message=_SMS, body=sms, key=key)
