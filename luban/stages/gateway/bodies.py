"""The bodies of writes by their shape (waste-chain §6.3): strict types, no unknown fields, bounds the contracts have too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from luban.ledger.digests import Attachment
from luban.stages.gateway.asking import GatewayError

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Salt = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Number = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Uscc = Annotated[str, StringConstraints(max_length=18)]
Name = Annotated[str, StringConstraints(max_length=200)]
Uint32 = Annotated[int, Field(ge=0, lt=2**32)]
Day = Annotated[int, Field(ge=0, le=99991231)]
Kilograms = Annotated[int, Field(ge=0, lt=2**62)]
Moment = Annotated[int, Field(gt=0, le=253_402_300_799_999)]
"""Milliseconds, up to the year 9999."""
Operator = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Small = Annotated[int, Field(ge=0, le=255)]
MOST_ATTACHMENTS = 64


class Shape(BaseModel):
    """Nothing but what is named, and nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True)


class CoreBody(Shape):
    """The plain core (waste-chain §3.2) in the chain's own field names."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)

    record_key: Digest | None = None
    application_no: Number
    doc_no: Annotated[str, StringConstraints(max_length=64)] = ""
    origin_region: Uint32
    origin_province: Uint32
    dest_region: Uint32
    dest_province: Uint32
    generator_name: Name = ""
    generator_uscc: Uscc = ""
    receiver_name: Name = ""
    receiver_uscc: Uscc = ""
    waste_codes: Annotated[str, StringConstraints(max_length=2000)] = ""
    total_kg: Kilograms
    transport_mode: Small
    departure_wharf: Name = ""
    transit_provinces: Annotated[list[Uint32], Field(max_length=34)] = []
    start_date: Day
    end_date: Day
    end_use_type: Small
    method_code: Annotated[str, StringConstraints(max_length=16)] = ""

    def plain(self) -> dict[str, Any]:
        """By the chain's names, without the key."""
        return self.model_dump(by_alias=True, exclude={"record_key"})


class AttachmentBody(Shape):
    """An attached file by its digest; the file itself stays with its owner."""

    material_code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,16}$")]
    seq: Annotated[int, Field(ge=1, le=9999)]
    size: Annotated[int, Field(ge=0, le=10**12)]
    sm3: Digest
    url: Annotated[str, StringConstraints(max_length=500)] = ""

    def plain(self) -> Attachment:
        """As the digests want it."""
        return Attachment(self.material_code, self.seq, self.size, self.sm3)


Sections = dict[str, dict[str, Any]]
Attachments = Annotated[list[AttachmentBody], Field(max_length=MOST_ATTACHMENTS)]
Schema = Annotated[str, StringConstraints(pattern=r"^(UF|DF|UR)-1\.\d{1,3}$")]


class FormBody(Shape):
    """One version of a form."""

    case_no: Number
    schema_version: Schema | None = None
    core: CoreBody
    sections: Sections
    record_salt: Salt
    attachments: Attachments = []
    occurred_at: Moment
    operator_id: Operator
    form_digest: Digest
    expected_version: Annotated[int, Field(ge=1, lt=2**31)] | None = None


class DecisionBody(Shape):
    """The decision on a filing; `decision.decision_date` is the day (YYYY-MM-DD)."""

    result: Annotated[str, StringConstraints(pattern=r"^(filed|rejected)$")]
    filing_no: Annotated[str, StringConstraints(max_length=64)] = ""
    decision: dict[str, Any]
    decision_digest: Digest | None = None
    record_salt: Salt | None = None
    operator_id: Operator
    expected_version: Annotated[int, Field(ge=1, lt=2**31)] | None = None


class OperatorBody(Shape):
    """Who did it, and when."""

    operator_id: Operator
    occurred_at: Moment


class ProposalBody(Shape):
    """The proposal of a revocation; without a salt of its own it takes the filing's."""

    revocation_no: Number
    filing_key: Digest
    filing_no: Number
    reason_code: Annotated[int, Field(ge=1, le=9)]
    schema_version: Schema | None = None
    sections: Sections
    record_salt: Salt | None = None
    attachments: Attachments = []
    occurred_at: Moment | None = None
    operator_id: Operator
    form_digest: Digest | None = None


class VerdictBody(Shape):
    """The decision on a revocation."""

    decision: dict[str, Any]
    decision_digest: Digest | None = None
    record_salt: Salt | None = None
    operator_id: Operator
    occurred_at: Moment


class CaseBody(Shape):
    """A case begun, or filed anew after a correction."""

    form_key: Digest
    form_version: Annotated[int, Field(ge=1, lt=2**31)]
    core: CoreBody
    operator_id: Operator
    occurred_at: Moment
    expected_seq: Uint32 | None = None


class PaperBody(Shape):
    """A paper by number and digest."""

    no: Annotated[str, StringConstraints(max_length=100)] = ""
    sm3: Digest | None = None


class TransitionBody(Shape):
    """One step of a case."""

    expected_seq: Uint32
    to: Small
    opinion: dict[str, Any] = {}
    record_salt: Salt | None = None
    doc: PaperBody = PaperBody()
    approved_kg: Kilograms = 0
    valid_from: Day = 0
    valid_to: Day = 0
    operator_id: Operator
    occurred_at: Moment
    form_version: Uint32 | None = None


class ReplyBody(Shape):
    """The receiving province's answer; `on_behalf`: noted by the sending one, while the other has not joined."""

    expected_seq: Uint32
    result: Annotated[int, Field(ge=1, le=4)]
    reply_kg: Kilograms = 0
    reply_valid_to: Day = 0
    doc: PaperBody = PaperBody()
    operator_id: Operator
    occurred_at: Moment | None = None
    on_behalf: bool = False
    form_version: Uint32 | None = None


class VerifyBody(Shape):
    """What the caller holds and wants compared; nothing of it: what the gateway keeps is compared."""

    version: Annotated[int, Field(ge=0, lt=2**31)] = 0
    form_digest: Digest | None = None
    attachment_digests: Annotated[list[Digest], Field(max_length=MOST_ATTACHMENTS)] | None = None
    sections: Sections | None = None
    attachments: Attachments | None = None
    seq: Uint32 | None = None
    entry_hash: Digest | None = None


T = TypeVar("T", bound=BaseModel)

FAULTS: Mapping[str, str] = {
    "missing": "没有填写",
    "extra_forbidden": "不是约定的字段",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "bool_type": "应为true或false",
    "dict_type": "应为对象",
    "list_type": "应为数组",
    "model_type": "应为对象",
    "string_too_long": "过长",
    "string_too_short": "没有填写",
    "string_pattern_mismatch": "格式不对",
    "too_long": "项数过多",
}


def read(shape: type[T], told: Mapping[str, Any]) -> T:
    """A body by its shape. Raises GatewayError (40001) naming the first field that does not fit."""
    try:
        return shape.model_validate(dict(told))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])[:100]
        words = FAULTS.get(first["type"], "取值不对")
        raise GatewayError(40001, f"{place} {words}，请核对接口说明。") from error


def day_number(text: object) -> int:
    """A day written YYYY-MM-DD as the chain writes it. Raises GatewayError (40001)."""
    try:
        return int(date.fromisoformat(str(text)).strftime("%Y%m%d"))
    except ValueError as error:
        raise GatewayError(40001, "decision.decision_date 应为日期（YYYY-MM-DD）。") from error
