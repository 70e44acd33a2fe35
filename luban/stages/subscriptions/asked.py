"""What is asked of subscriptions, by its shape; what does not fit is refused in plain words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from luban.stages.gateway.asking import GatewayError
from luban.stages.subscriptions.events import EVENT_TYPES, KINDS

NAMES = frozenset(name for names in EVENT_TYPES.values() for name in names)
CONTRACT_OF = {kind: contract for contract, kind in KINDS.items()}
MOST_IDS = 500
EventId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Asked(_Shape):
    """A subscription; contracts may be named in full or by the two letters of their records."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    callback_url: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    event_types: list[str] = []
    contracts: list[str] = []
    scope: Literal["party", "all"] = "party"
    start_from: Annotated[str, StringConstraints(pattern=r"^(latest|earliest|block:\d{1,15})$")] = "latest"
    include_sections: bool = False
    max_concurrency: int = Field(default=4, ge=1, le=32)
    enabled: bool = True

    @field_validator("event_types")
    @classmethod
    def _known_types(cls, given: list[str]) -> list[str]:
        unknown = sorted(set(given) - NAMES)
        if unknown:
            raise ValueError(
                f"没有事件“{'、'.join(unknown)[:100]}”；PartyNotified 并入主事件的 notice，不单独订阅"
            )
        return sorted(set(given))

    @field_validator("contracts")
    @classmethod
    def _known_contracts(cls, given: list[str]) -> list[str]:
        full = {CONTRACT_OF.get(one, one) for one in given}
        unknown = sorted(full - set(EVENT_TYPES))
        if unknown:
            raise ValueError(f"没有合约“{'、'.join(unknown)[:100]}”")
        return sorted(full)

    def kept(self) -> dict[str, Any]:
        """The columns that may be changed later."""
        return self.model_dump(exclude={"start_from", "enabled"})


class ReplayAsked(_Shape):
    """One of: ids, a range of blocks, a range of block times (milliseconds)."""

    event_ids: list[EventId] = Field(default=[], max_length=MOST_IDS)
    from_block: int | None = Field(default=None, ge=0, lt=2**62)
    to_block: int | None = Field(default=None, ge=0, lt=2**62)
    from_time: int | None = Field(default=None, ge=0, lt=2**62)
    to_time: int | None = Field(default=None, ge=0, lt=2**62)

    @model_validator(mode="after")
    def _one_way(self) -> ReplayAsked:
        ways = (bool(self.event_ids), self.from_block is not None, self.from_time is not None)
        if sum(ways) != 1:
            raise ValueError("请指明 event_ids、from_block 与 to_block、from_time 与 to_time 三者之一")
        if self.from_time is not None and self.to_time is None:
            raise ValueError("请指明 to_time")
        return self


T = TypeVar("T", bound=BaseModel)


def read(shape: type[T], told: Mapping[str, Any]) -> T:
    """What was asked, by its shape. Raises GatewayError (40001)."""
    try:
        return shape.model_validate(told)
    except (ValidationError, RecursionError) as error:
        raise GatewayError(40001, f"参数不正确：{_first(error)}。") from error


def _first(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return "层次过深"
    first = json.loads(error.json(include_url=False, include_input=False))[0]
    place = ".".join(str(part) for part in first["loc"])[:100]
    if first["type"] == "value_error":
        return f"{place} {str(first['msg']).removeprefix('Value error, ')}".strip()
    return f"{place} 缺失或格式、取值不对"
