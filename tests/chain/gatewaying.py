"""Four provinces at the gateway: their applications, clients over HTTP and in process, and forms that agree with themselves."""

from __future__ import annotations

from typing import Any

import httpx
from django.test import Client
from luban_chain import Attachment, ChainClient, tonnes
from luban_chain.digests import sm3

from luban.cases import house
from luban.kit.clock import clock
from luban.ledger import setup
from luban.stages.chain.anchor import run
from luban.stages.gateway import applications, inprocess
from tests.chain.world import World

SALT = "00112233445566778899aabbccddeeff"
SHANGHAI, JIANGSU, ZHEJIANG, ANHUI = "310000", "320000", "330000", "340000"
NAMES = {
    SHANGHAI: "上海市生态环境局",
    JIANGSU: "江苏省生态环境厅",
    ZHEJIANG: "浙江省生态环境厅",
    ANHUI: "安徽省生态环境厅",
}
COUNTY = {SHANGHAI: "310115", JIANGSU: "320583", ZHEJIANG: "330411", ANHUI: "340705"}
NOW_MS = 1772416800000
FILES = (Attachment("M01", 1, 4, sm3(b"form")), Attachment("M02", 1, 8, sm3(b"contract")))


def now_ms() -> int:
    """The house's time."""
    return int(clock.now().timestamp() * 1000)


class WebProcess(httpx.BaseTransport):
    """The whole web process, middleware and all, without a socket."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        client = Client(raise_request_exception=False)
        answer = client.generic(
            request.method,
            request.url.raw_path.decode(),
            data=request.read(),
            content_type=request.headers.get("Content-Type", "application/json"),
            headers={name: value for name, value in request.headers.items() if name.startswith("x-")}
            | {"Idempotency-Key": request.headers.get("Idempotency-Key", "")},
        )
        return httpx.Response(answer.status_code, content=answer.content)


class Provinces:
    """The applications, each with its secret."""

    def __init__(self) -> None:
        self.issued = {
            region: applications.issue(name=f"{name}（测试）", region=region, by="测试", rate=1000)
            for region, name in NAMES.items()
        }

    def join(self, world: World, *regions: str) -> None:
        """Enter provinces on the chain, and go on until all is final."""
        setup.begin(keys=house.keys())
        for region in regions:
            setup.join(region=region, name=NAMES[region], keys=house.keys())
        assert run(port=world.port, patience=90).trouble == ""

    def http(self, region: str, **more: Any) -> ChainClient:
        """A client that goes through the whole of the web process."""
        made = self.issued[region]
        return ChainClient(
            "http://testserver",
            made.key,
            made.secret,
            **{
                "region": region,
                "transport": WebProcess(),
                "now_ms": now_ms,
                "sleep": lambda seconds: None,
                **more,
            },
        )

    def inner(self, region: str) -> ChainClient:
        """A client in this process, as our own stages use it."""
        return inprocess.client(region=region, name=NAMES[region])


def form(
    number: str,
    *,
    origin: str = JIANGSU,
    dest: str = SHANGHAI,
    transit: tuple[str, ...] = (),
    use: str = "utilisation",
    qty: str = "120",
    **core: Any,
) -> dict[str, Any]:
    """The arguments of `create_filing` or `create_form`; what is given of `core` is changed in the core alone."""
    method = {"utilisation": "UM02", "storage": "SM01", "disposal": "DM01"}[use]
    names = {"utilisation": "utilisation_method", "storage": "storage_method", "disposal": "disposal_method"}
    plain = {
        "applicationNo": number,
        "docNo": "",
        "originRegion": int(COUNTY[origin]),
        "originProvince": int(origin),
        "destRegion": int(COUNTY[dest]),
        "destProvince": int(dest),
        "generatorName": "示例移出单位有限公司",
        "generatorUscc": "91310115MA1TL1A06J",
        "receiverName": "示例接收单位有限公司",
        "receiverUscc": "91320583MA2TL5E47U",
        "wasteCodes": "900-003-S17",
        "totalKg": int(qty) * 1000,
        "transportMode": 1,
        "departureWharf": "",
        "transitProvinces": [int(one) for one in transit],
        "startDate": 20260316,
        "endDate": 20261231,
        "endUseType": {"utilisation": 1, "storage": 2, "disposal": 3}[use],
        "methodCode": method,
        **core,
    }
    return {
        "case_no": number,
        "core": plain,
        "sections": _sections(origin, dest, transit, use, qty, {names[use]: method}),
        "record_salt": SALT,
        "attachments": FILES,
        "occurred_at": NOW_MS,
        "operator_id": "u1001",
    }


def _sections(
    origin: str, dest: str, transit: tuple[str, ...], use: str, qty: str, way: dict[str, str]
) -> dict[str, Any]:
    return {
        "s1": {
            "generator_name": "示例移出单位有限公司",
            "generator_uscc": "91310115MA1TL1A06J",
            "agent_id_no": "11010119900307803X",
            "agent_mobile": "13800001234",
        },
        "s2": {"origin_county_code": COUNTY[origin]},
        "s3": {
            "total_qty_t": tonnes(qty),
            "wastes": [{"planned_qty_t": tonnes(qty), "seq": 1, "waste_code": "900-003-S17"}],
        },
        "s4": {
            "receiver_name": "示例接收单位有限公司",
            "receiver_uscc": "91320583MA2TL5E47U",
            "facilities": [{"facility_county_code": COUNTY[dest], "is_primary": True}],
        },
        "s5": {
            "carriers": [
                {
                    "carrier_uscc": "91310112MA1TL9J804",
                    "seq": 1,
                    "carrier_contact_name": "示例联系人",
                    "carrier_contact_mobile": "021-60000000",
                }
            ]
        },
        "s6": {"transit_province_codes": list(transit), "transport_mode": "road"},
        "s7": {"end_date": "2026-12-31", "start_date": "2026-03-16"},
        "s8": {"end_use_type": use, **way},
        "s9": {"truth_commitment": True},
    }
