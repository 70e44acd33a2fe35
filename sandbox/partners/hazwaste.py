"""What the partner systems know of hazardous waste in the demonstration: plans, manifests, vehicles, letters, permits.

市固废管理系统 holds management plans and manifests, 车辆轨迹平台 the vehicles of the demonstration's carriers,
国家危险废物信息管理系统 takes letters of consultation and decisions; it replies to letters from its page (its outlet
`reply`), by a push and to whoever asks. Firms are those of the written examples, figures are invented.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from luban.kit.clock import clock
from sandbox.partners.base import Asked, Inlet, Outlet, Partner, Told
from sandbox.protocol import Refused
from sandbox.store import Store

ARCHIVED, CHANGED, REVOKED = (f"/hazwaste.permit.{word}.v1" for word in ("archived", "changed", "revoked"))

LINXI, LONGZHONG, GANNAN = "91330803MA29R4WJ62", "91620102MA7264NE63", "91360702MA38CP1T75"
JIAXING, SUZHOU, KUNSHAN = "91330400MA2TLHW101", "91320500MA2TLHW203", "91320500MA2TLHW405"
HUCHUAN, OUAN, WANJIANG = "91310114631987K21K", "91330803MA2DLX808C", "91340202MA2TLCC02X"

_COPPER = {"mode": "R4", "form": "liquid", "packaging": ["PK10"], "receiver_uscc": LINXI,
           "receiver_name": "浙江临溪金属再生有限公司", "source_process": "线路板蚀刻（演示）", "generation_source": "G1",
           "storage_location": "危废暂存间一（演示）"}  # fmt: skip
_CARBON = {"mode": "D10", "form": "solid", "packaging": ["PK06"], "receiver_uscc": LONGZHONG,
           "receiver_name": "甘肃陇中固废处置有限公司", "source_process": "废气治理（演示）", "generation_source": "G1",
           "storage_location": "危废暂存间二（演示）"}  # fmt: skip
_OXIDE = {**_COPPER, "receiver_uscc": KUNSHAN, "receiver_name": "苏州示例铜业再生有限公司", "packaging": ["PK05"],
          "source_process": "铜面氧化（演示）"}  # fmt: skip
_BOARDS = {**_COPPER, "mode": "D10", "form": "solid", "packaging": ["PK06"], "receiver_uscc": SUZHOU,
           "receiver_name": "苏州示例危废处置有限公司", "source_process": "电路板报废（演示）"}  # fmt: skip
_FILTERS = {**_CARBON, "receiver_uscc": JIAXING, "receiver_name": "嘉兴示例危废焚烧有限公司",
            "source_process": "原料过滤（演示）"}  # fmt: skip
_RESIN = {**_CARBON, "form": "sludge", "packaging": ["PK02"], "receiver_uscc": SUZHOU,
          "receiver_name": "苏州示例危废处置有限公司", "source_process": "纯水制备（演示）"}  # fmt: skip
_NICKEL = {"mode": "R8", "form": "solid", "packaging": ["PK02"], "receiver_uscc": GANNAN,
           "receiver_name": "江西赣南催化再生有限公司", "source_process": "加氢反应（演示）", "generation_source": "G1",
           "storage_location": "危废暂存间三（演示）"}  # fmt: skip


def _waste(
    like: Mapping[str, Any], code: str, name: str, tonnes: tuple[str, str, str, str], *carriers: str
) -> dict[str, Any]:
    made, stock, out, stored = tonnes
    return {**like, "code": code, "name": name, "annual_generation_t": made, "opening_stock_t": stock,
            "planned_offsite_t": out, "storage_qty_t": stored, "carriers": list(carriers)}  # fmt: skip


PLANNED: Mapping[str, tuple[str, str, str, tuple[dict[str, Any], ...]]] = {
    "91310115MA7K3Q2X8Y": ("DEMO-ENT-115-0001", "310115", "上海市浦东新区示例路115号", (
        _waste(_COPPER, "398-004-22", "含铜蚀刻废液", ("360.0000", "12.0000", "320.0000", "26.5000"), HUCHUAN, OUAN),
        _waste(_COPPER, "398-051-22", "含铜污泥", ("150.0000", "5.0000", "130.0000", "9.0000"), HUCHUAN),
        _waste(_OXIDE, "398-005-22", "铜氧化废液", ("90.0000", "4.0000", "85.0000", "6.0000"), HUCHUAN),
        _waste(_BOARDS, "900-045-49", "废电路板", ("28.0000", "2.0000", "25.0000", "3.5000"), HUCHUAN),
    )),
    "91310116MA1GT58L82": ("DEMO-ENT-116-0002", "310116", "上海市金山区示例路116号", (
        _waste(_CARBON, "900-039-49", "废活性炭", ("40.0000", "2.0000", "36.0000", "4.2000"), HUCHUAN),
        _waste(_FILTERS, "900-041-49", "废过滤吸附介质", ("32.0000", "1.0000", "30.0000", "2.6000"), HUCHUAN),
        _waste(_RESIN, "900-046-49", "离子交换再生污泥", ("18.0000", "0.5000", "16.0000", "1.2000"), HUCHUAN),
    )),
    "91310120574219H69G": ("DEMO-ENT-120-0003", "310120", "上海市奉贤区示例路120号", (
        _waste(_NICKEL, "900-037-46", "废镍催化剂", ("70.0000", "1.5000", "65.0000", "8.0000"), WANJIANG),
    )),
}  # fmt: skip
"""The firms of the written examples: id, district, facility, wastes (made, in stock, planned to leave, stored; tonnes)."""

MOVED: Mapping[str, tuple[tuple[str, str, str, str, int], ...]] = {
    "91310115MA7K3Q2X8Y": (
        ("沪环危转许〔2024〕9001号", "398-004-22", "R4", "156.0000", 0),
        ("沪环危转许〔2025〕9002号", "398-004-22", "R4", "234.0000", 0),
        ("沪环危转许〔2024〕9003号", "398-051-22", "R4", "78.0000", 0),
        ("沪环危转许〔2025〕9004号", "398-051-22", "R4", "78.0000", 0),
    ),
}
"""Manifests of permits of former years: number, code, mode, tonnes gone, manifests gone wrong."""

VEHICLES: Mapping[str, tuple[bool, int, str]] = {
    "沪A10101": (True, 0, "0.99"),
    "沪A10102": (True, 0, "0.97"),
    "沪A10103": (True, 1, "0.95"),
    "沪AD10104": (True, 0, "0.98"),
    "浙H20201": (True, 0, "0.96"),
    "浙H20202": (False, 30, "0.00"),
    "沪A30301": (True, 10, "0.62"),
    "皖B40401": (True, 0, "0.99"),
    "皖B40402": (True, 2, "0.93"),
}
"""The vehicles of the demonstration's carriers: bound to a device, days since the last report, share complete."""


def plans(query: Mapping[str, str], store: Store) -> Mapping[str, Any]:
    """The management plans of a firm: this year's and next year's, filed at the beginning of this year."""
    uscc, year = _uscc(query), clock.today().year
    if uscc not in PLANNED:
        return {"plans": []}
    ent_id, adcode, address, rows = PLANNED[uscc]
    return {
        "plans": [
            {"plan_no": f"GLJH-{one}-{ent_id[-8:]}", "generator_uscc": uscc, "year": one, "status": "filed",
             "filed_on": date(year, 1, 10).isoformat(), "ent_id": ent_id, "facility_adcode": adcode,
             "facility_address": address, "rows": list(rows)}
            for one in (year, year + 1)
        ]
    }  # fmt: skip


def manifests(query: Mapping[str, str], store: Store) -> Mapping[str, Any]:
    """What the manifests of a firm come to: those of former years, and nothing yet of permits it was told of."""
    uscc = _uscc(query)
    old = [
        {"permit_no": number, "generator_uscc": uscc, "abnormal": abnormal, "open": 0,
         "rows": [{"code": code, "mode": mode, "transferred_t": tonnes}]}
        for number, code, mode, tonnes, abnormal in MOVED.get(uscc, ())
    ]  # fmt: skip
    told = [
        one.body
        for one in store.received(link="solid_waste", limit=10_000)
        if one.accepted and one.path == ARCHIVED
    ]
    new = [
        {"permit_no": body["permit_no"], "generator_uscc": uscc, "receiver_uscc": body["receiver"]["uscc"],
         "abnormal": 0, "open": 0, "rows": []}
        for body in told if body["generator"]["uscc"] == uscc
    ]  # fmt: skip
    return {"stats": [*old, *new]}


def _uscc(query: Mapping[str, str]) -> str:
    uscc = query.get("uscc", "")
    if len(uscc) != 18:
        raise Refused("E400", "统一社会信用代码应为18位。")
    return uscc


def _vehicles(query: Mapping[str, str], store: Store) -> Mapping[str, Any]:
    plates = [plate for plate in query.get("plates", "").split(",") if plate]
    if not plates:
        raise Refused("E400", "请给出车牌号。")
    return {"vehicles": [_vehicle(plate) for plate in plates if plate in VEHICLES]}


def _vehicle(plate: str) -> Mapping[str, Any]:
    bound, days, share = VEHICLES[plate]
    return {
        "plate_no": plate,
        "device_no": f"示例终端{plate[-4:]}" if bound else "",
        "bound": bound,
        "last_report_at": (clock.now() - timedelta(days=days, minutes=5)).isoformat(),
        "completeness_30d": share,
        "platform": "示例卫星定位监控平台（演示）",
    }


class Firm(Told):
    """A firm at one end."""

    uscc: str
    name: str


class ApprovedWaste(Told):
    """A waste of a permit."""

    row_no: int
    code: str
    approved_t: Decimal


class Transfer(Told):
    """Term and wastes of a permit."""

    valid_from: date
    valid_to: date
    rows: list[ApprovedWaste]


class Permit(Told):
    """A permit as it stands in one version."""

    approval_code: str
    permit_no: str
    permit_version: int
    status: str
    generator: Firm
    receiver: Firm
    transfer: Transfer


class Withdrawal(Told):
    """A permit revoked or cancelled."""

    approval_code: str
    permit_no: str
    permit_version: int
    status: str
    revoked_on: date
    reason: str


def _take_permit(body: Permit, store: Store) -> Mapping[str, Any]:
    if body.status != "VALID":
        raise Refused("E422", "归档、变更的许可状态应为VALID。")
    if body.transfer.valid_to < body.transfer.valid_from:
        raise Refused("E422", "许可有效期止期早于起期。")
    if sorted(row.row_no for row in body.transfer.rows) != list(range(1, len(body.transfer.rows) + 1)):
        raise Refused("E422", "废物行号应从1起连续。")
    return {"reference": f"WFXK-{body.permit_no}-{body.permit_version}"}


def _take_withdrawal(link: str) -> Any:
    def take(body: Withdrawal, store: Store) -> Mapping[str, Any]:
        known = any(
            store.knows(link=link, path=path, name="permit_no", value=body.permit_no)
            for path in (ARCHIVED, CHANGED)
        )
        if not known:
            raise Refused("E404", f"系统中没有许可“{body.permit_no}”。")
        if body.status not in ("REVOKED", "CANCELLED"):
            raise Refused("E422", f"没有许可状态“{body.status}”。")
        return {"reference": f"WFXK-{body.permit_no}-{body.permit_version}"}

    return take


def permit_inlets(*, link: str) -> Mapping[str, Inlet]:
    """The paths on which a partner is told of permits; it knows those that `link` was told of."""
    return {
        ARCHIVED: Inlet(Permit, _take_permit),
        CHANGED: Inlet(Permit, _take_permit),
        REVOKED: Inlet(Withdrawal, _take_withdrawal(link)),
    }


class LetterWaste(Told):
    """A waste of a letter."""

    code: str
    form: str
    quantity_t: Decimal


class Letter(Told):
    """A letter of consultation."""

    letter_no: str
    case_no: str
    kind: str
    from_province: str
    to_province: str
    generator: Firm
    receiver: Firm
    wastes: list[LetterWaste]
    file_sm3: str


class Decision(Told):
    """What was decided."""

    case_no: str
    result: str
    permit_no: str = ""
    decided_on: date


def _take_letter(body: Letter, store: Store) -> Mapping[str, Any]:
    if len(body.from_province) != 2 or len(body.to_province) != 2:
        raise Refused("E422", "省级区划代码应为2位。")
    if body.from_province == body.to_province:
        raise Refused("E422", "移出、接收不能在同一省份。")
    if any(waste.form not in ("S", "SS", "L", "G", "O") for waste in body.wastes):
        raise Refused("E422", "废物形态应为S、SS、L、G或O。")
    return {"reference": f"SQ-{body.letter_no}", "state": "delivered"}


def _take_decision(body: Decision, store: Store) -> Mapping[str, Any]:
    if body.result == "granted" and not body.permit_no:
        raise Refused("E422", "批准信息须有许可文号。")
    return {"reference": f"JD-{body.case_no}"}


def _known_letter(number: str, store: Store) -> None:
    if not store.knows(link="mee_hazwaste", path="/letters", name="letter_no", value=number):
        raise Refused("E404", f"没有商请函“{number}”。")


def _reply(query: Mapping[str, str], store: Store) -> Mapping[str, Any]:
    """The latest reply to a letter, of one case where it is named."""
    number, case_no = query.get("letter_no", ""), query.get("case_no", "")
    _known_letter(number, store)
    said = store.said(link="mee_hazwaste", name="reply", subject=number)
    fitting = [one for one in said if not case_no or one.get("case_no", "") in ("", case_no)]
    latest = max(fitting, key=lambda one: int(one["version"]), default=None)
    return {"reply": latest, "state": "replied" if latest else "delivered"}


def _word_reply(told: Mapping[str, Any], store: Store) -> Mapping[str, Any]:
    """A reply of the province a letter went to; a partial one agrees to half of everything unless it names `rows`."""
    number, case_no = str(told.get("letter_no") or "").strip(), str(told.get("case_no") or "").strip()
    _known_letter(number, store)
    letter = next(
        one.body
        for one in store.received(link="mee_hazwaste", case=case_no, limit=10_000)
        if one.accepted and one.path == "/letters" and one.body.get("letter_no") == number
    )
    conclusion = str(told.get("conclusion") or "agree")
    if conclusion not in dict(CONCLUSIONS):
        raise Refused("E422", f"没有复函结论“{conclusion}”。")
    reply = {
        "letter_no": number,
        "version": int(told.get("version") or 1),
        "conclusion": conclusion,
        "replied_on": str(told.get("replied_on") or clock.today()),
        "province": letter["to_province"],
    }
    if case_no:
        reply["case_no"] = case_no
    if conclusion != "supplement":
        reply["reply_no"] = (
            str(told.get("reply_no") or "") or f"示例环函〔{clock.today().year}〕{number[-5:-1]}号"
        )
    if conclusion in ("disagree", "supplement"):
        reply["reason"] = str(told.get("reason") or "") or "示例理由：请说明利用处置能力。"
    if conclusion == "partial":
        reply["rows"] = told.get("rows") or [_half(one) for one in letter["wastes"]]
    store.say(link="mee_hazwaste", name="reply", subject=number, body=reply)
    return reply


def _half(waste: Mapping[str, Any]) -> Mapping[str, str]:
    half = (Decimal(str(waste["quantity_t"])) / 2).quantize(Decimal("0.0001"))
    return {"code": waste["code"], "mode": waste["mode"], "approved_t": str(half)}


CONCLUSIONS = (
    ("agree", "同意转入"),
    ("partial", "部分同意（数量减半）"),
    ("disagree", "不同意转入"),
    ("supplement", "要求补充"),
)
REPLY = Outlet(
    title="以外省厅名义复函",
    about="复函记在本系统，并立即推送给平台；“回调”开关决定它怎样到达。版本大于1的是对上一版的更正。",
    path="/inbox/mee_hazwaste/reply/",
    asks=(
        Asked("letter_no", "商请函文号"),
        Asked("case_no", "办件号（合并函必填）"),
        Asked("conclusion", "结论", options=CONCLUSIONS),
        Asked("reply_no", "复函文号（不填自编）"),
        Asked("reason", "理由"),
        Asked("version", "版本", preset="1"),
    ),
    word=_word_reply,
)
MEE_HAZWASTE = Partner(
    code="mee_hazwaste",
    title="国家危险废物信息管理系统",
    about="接收商请函与决定信息；复函可由外省厅经办人在平台录入，也可在本页发出，推送给平台或供平台查询。",
    inlets={"/letters": Inlet(Letter, _take_letter), "/decisions": Inlet(Decision, _take_decision)},
    questions={"/replies": _reply},
    outlets={"reply": REPLY},
)
VEHICLE_TRACKS = Partner(
    code="vehicle_tracks",
    title="车辆轨迹平台",
    about="按车牌查询定位状态，只认识演示运输单位的车辆。",
    questions={"/vehicles": _vehicles},
)
