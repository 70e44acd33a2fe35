"""国家危险废物信息管理系统: we consult the receiving province, hear its reply, and say what was decided.

The national system writes provinces with two digits and physical forms as S, SS, L, G, O: the conversion happens here
and nowhere else (domain README §5.5). What it pushes to us is a `Reply` (`told`: in our words); `read_reply` checks
one, `reply_to` asks for one when none has come (危险废物 §9: every 30 minutes). Sources: domain brief 危险废物 §6 T05–T07, §8, §9.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, ValidationError, model_validator

from luban.links.messages import (
    Adcode,
    Body,
    Digest,
    Inbound,
    Line,
    Link,
    Message,
    Pushed,
    Required,
    Text,
    Uscc,
)
from luban.links.outcomes import Unavailable
from luban.links.transport import call

FORMS: Mapping[str, str] = {
    "solid": "S",
    "powder": "S",
    "semi_solid": "SS",
    "sludge": "SS",
    "liquid": "L",
    "gas": "G",
    "other": "O",
}
"""Physical forms of the common dictionary as the national system writes them."""

NO_PROVINCE = "0000"


def _two_digits(code: Any) -> Any:
    """330000 → 33; anything else is left for the pattern to refuse."""
    return code[:2] if isinstance(code, str) and len(code) == 6 and code.endswith(NO_PROVINCE) else code


def six_digits(code: str) -> str:
    """33 → 330000."""
    return f"{code}{NO_PROVINCE}"


def _letter_of(form: Any) -> Any:
    return FORMS.get(form, form) if isinstance(form, str) else form


Province = Annotated[str, BeforeValidator(_two_digits), StringConstraints(pattern=r"^\d{2}$")]
Form = Annotated[Literal["S", "SS", "L", "G", "O"], BeforeValidator(_letter_of)]
Tonnes = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=4)]
HwCode = Annotated[str, StringConstraints(pattern=r"^\d{3}-\d{3}-\d{2}$")]


class Party(Body):
    """A firm at one end."""

    name: Required
    uscc: Uscc
    province: Province
    adcode: Adcode
    address: Line = ""
    licence_no: Line = ""


class Waste(Body):
    """A waste to be moved, and how much of it."""

    row_no: int = Field(ge=1)
    code: HwCode
    name: Required
    form: Form
    quantity_t: Tonnes
    mode: Required


class ConsultationLetter(Body):
    """跨省转移商请函, its reminder or its withdrawal (`about_no`: the number of the letter these speak of). The file is
    fetched at `verify_url` and checked against `file_sm3`."""

    letter_no: Required
    about_no: Line = ""
    case_no: Required
    kind: Literal["consultation", "reminder", "withdrawal"] = "consultation"
    version: int = Field(default=1, ge=1)
    from_province: Province
    to_province: Province
    to_name: Required
    generator: Party
    receiver: Party
    wastes: tuple[Waste, ...] = Field(min_length=1)
    valid_from: date
    valid_to: date
    route: Text = ""
    transit_provinces: tuple[Province, ...] = ()
    carriers: tuple[Required, ...] = ()
    file_sm3: Digest
    verify_url: Line
    reply_within_days: int = Field(default=10, ge=1)


class PermitDecided(Body):
    """批准信息: the permit, or that it was refused. `copies_to` are the provinces informed."""

    case_no: Required
    letter_no: Line = ""
    result: Literal["granted", "denied", "revoked", "cancelled"]
    permit_no: Line = ""
    decided_on: date
    generator: Party
    receiver: Party
    wastes: tuple[Waste, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    copies_to: tuple[Province, ...] = ()
    reason: Text = ""

    @model_validator(mode="after")
    def _complete(self) -> "PermitDecided":
        if self.result == "granted" and not (
            self.permit_no and self.wastes and self.valid_from and self.valid_to
        ):
            raise ValueError("批准信息须有许可文号、废物和有效期")
        return self


class ReplyRow(Body):
    """What the other province agrees to of a waste."""

    code: HwCode
    mode: Line = ""
    approved_t: Tonnes


class Reply(Pushed):
    """复函, as the national system pushes it: its answer to one letter, `version` counting corrections of it.

    A partial answer names rows or a last day; one that disagrees or asks for more says why.
    """

    letter_no: Required
    case_no: Line = ""
    conclusion: Literal["agree", "partial", "disagree", "supplement"]
    reply_no: Line = ""
    replied_on: date
    province: Province
    rows: tuple[ReplyRow, ...] = ()
    valid_to: date | None = None
    reason: Text = ""
    file_sm3: Line = ""

    @model_validator(mode="after")
    def _understandable(self) -> "Reply":
        if self.conclusion in ("disagree", "supplement") and not self.reason:
            raise ValueError("不同意或要求补充的，须说明理由")
        if self.conclusion == "partial" and not (self.rows or self.valid_to):
            raise ValueError("部分同意的，须列明数量或期限")
        if self.conclusion != "supplement" and not self.reply_no:
            raise ValueError("复函须有文号")
        return self

    @property
    def inbox_key(self) -> str:
        """Under which an inbox keeps it once: link, the letter, the event, the sender's version."""
        return f"mee_hazwaste:{self.subject}:reply:{self.version}"

    @property
    def subject(self) -> str:
        """The number of our letter, and of the case where it is named."""
        return f"{self.letter_no}/{self.case_no}" if self.case_no else self.letter_no

    def told(self) -> dict[str, Any]:
        """The reply by the names of the consultation's own form; `province` in six digits, `reason` as the opinion."""
        return {
            "letter_no": self.letter_no,
            "case_no": self.case_no,
            "conclusion": self.conclusion,
            "reply_no": self.reply_no,
            "replied_on": self.replied_on.isoformat(),
            "province": six_digits(self.province),
            "approved": self.approved(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "opinion": self.reason or None,
        }

    def approved(self) -> list[dict[str, str]]:
        """The rows agreed to, by the names of the application form; empty when all of it is."""
        return [
            {"waste_code": row.code, "disposal_mode": row.mode, "approved_t": format(row.approved_t, "f")}
            for row in self.rows
        ]


def read_reply(*, told: Mapping[str, Any]) -> Reply:
    """A pushed reply. Raises ValueError in Chinese when it cannot be understood."""
    try:
        return Reply.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"复函内容不合要求：{place} {first['msg']}".replace("  ", " ")) from error


def reply_to(*, letter_no: str, case_no: str = "") -> Reply | None:
    """The latest reply to a letter (about a case: a merged letter is answered case by case), None while there is none.

    Raises Unavailable, Rejected (the letter is not known).
    """
    asked = {"letter_no": letter_no} | ({"case_no": case_no} if case_no else {})
    answer = call(link=LINK.code, path="/replies", params=asked)
    found = answer.data.get("reply")
    if found is None:
        return None
    try:
        reply = read_reply(told=found)
    except (ValueError, TypeError) as error:
        raise Unavailable("国家危险废物信息管理系统返回的复函不完整。") from error
    if reply.letter_no != letter_no or (case_no and reply.case_no not in ("", case_no)):
        raise Unavailable("国家危险废物信息管理系统返回了另一份函的复函，未予采用。")
    return reply


LINK = Link(
    code="mee_hazwaste",
    title="国家危险废物信息管理系统",
    direction="both",
    messages=(
        Message("consultation_letter", "跨省转移商请函", "/letters", ConsultationLetter),
        Message("permit_decided", "跨省转移决定信息", "/decisions", PermitDecided),
    ),
    inbound=(
        Inbound(
            "reply", "外省复函", Reply, ask=lambda letter, case: reply_to(letter_no=letter, case_no=case)
        ),
    ),
)
