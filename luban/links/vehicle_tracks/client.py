"""车辆轨迹平台: what it knows of vehicles, asked by plate (危险废物 §1.5, §9).

A person waits for the answer, so the platform has less time than others; one that hangs is left alone for a while
(`breaker`).
"""

import dataclasses
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from luban.links.channels import channel
from luban.links.messages import Link
from luban.links.outcomes import Unavailable
from luban.links.transport import ask

LINK = Link(code="vehicle_tracks", title="车辆轨迹平台", direction="in")
PATIENCE_SECONDS = 3.0
MOST_PLATES = 200


@dataclasses.dataclass(frozen=True)
class VehicleState:
    """A vehicle on the platform. `completeness_30d` is the share of the last 30 days that is complete (0–1)."""

    plate_no: str
    device_no: str
    bound: bool
    last_report_at: datetime | None
    completeness_30d: Decimal
    platform: str


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore")

    plate_no: str
    device_no: str = ""
    bound: bool = False
    last_report_at: AwareDatetime | None = None
    completeness_30d: Annotated[Decimal, Field(ge=0, le=1)] = Decimal(0)
    platform: str = ""


_READ = TypeAdapter(tuple[_Told, ...])


def vehicle_states(*, plates: Iterable[str]) -> dict[str, VehicleState]:
    """What the platform knows of these plates, by plate; one it does not know is not among them.

    Raises Unavailable, Rejected.
    """
    wanted = sorted(set(plates))
    found: dict[str, VehicleState] = {}
    for start in range(0, len(wanted), MOST_PLATES):
        found |= _some(wanted[start : start + MOST_PLATES])
    return found


def _some(plates: list[str]) -> dict[str, VehicleState]:
    way = channel(link=LINK.code)
    way = dataclasses.replace(way, timeout=min(way.timeout, PATIENCE_SECONDS))
    answer = ask(way=way, path="/vehicles", params={"plates": ",".join(plates)})
    try:
        told = _READ.validate_python(answer.data.get("vehicles"))
    except ValidationError as error:
        raise Unavailable("车辆轨迹平台返回的车辆状态不完整。") from error
    return {one.plate_no: VehicleState(**one.model_dump()) for one in told if one.plate_no in plates}
