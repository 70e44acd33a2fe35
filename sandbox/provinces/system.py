"""One province's system: its place in the SDK, what it does by itself, what a person has it do.

The SDK is used as it is shipped, one client for one errand, in a thread. The time is the house's, so that a
demonstration on another day signs for that day.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from luban_chain import ChainClient, ChainError, GatewayRefused, new_record_salt
from luban_chain.events import read_callback

from luban.kit.clock import clock
from luban.trust.digest import sm3
from sandbox.provinces.filing import filing
from sandbox.provinces.memory import Kept, Memory

TITLES: Mapping[str, str] = {
    "310000": "上海市固体废物业务系统",
    "320000": "江苏省固体废物业务系统",
    "330000": "浙江省固体废物业务系统",
    "340000": "安徽省固体废物业务系统",
}
SHORT: Mapping[str, str] = {"310000": "沪", "320000": "苏", "330000": "浙", "340000": "皖"}
RESULTS: Mapping[str, str] = {"1": "同意", "2": "部分同意", "3": "不同意", "4": "需补充"}
PARTIAL = "2"
STATES: Mapping[str, str] = {"pending": "待上链", "sent": "已发送", "confirmed": "已上链"}
STANDINGS: Mapping[str, str] = {"active": "推送中", "paused": "已暂停", "disabled": "已停用"}
OPERATOR = "演示经办人"
AUTO = "auto_reply"


class NotReady(RuntimeError):
    """The house has not given out this province's key yet."""


@dataclass(frozen=True)
class Keys:
    """What the province was given."""

    key: str
    secret: str
    callback_secret: str


class Province:
    """A province's system over the shared memory."""

    def __init__(self, *, region: str, memory: Memory, var: Path, product: str, here: str) -> None:
        self.region, self.memory = region, memory
        self.title = TITLES[region]
        self._file = var / "demo" / "chain-apps.json"
        self._product = product
        self.callback_url = f"{here}/provinces/{region}/callback"

    def keys(self) -> Keys:
        """The province's key and secrets. Raises NotReady."""
        try:
            told = json.loads(self._file.read_text(encoding="utf-8"))[self.region]
            return Keys(told["key"], told["secret"], told["callback_secret"])
        except (OSError, ValueError, KeyError) as missing:
            raise NotReady("平台尚未发放本省的应用密钥。") from missing

    def client(self, *, tries: int = 2) -> ChainClient:
        """A client for one errand. Raises NotReady."""
        keys = self.keys()
        return ChainClient(
            self._product, keys.key, keys.secret, region=self.region, tries=tries, timeout=35.0, now_ms=now_ms
        )

    def subscribe(self) -> dict[str, Any]:
        """The province's subscription, made or brought up to date. Raises NotReady, ChainError."""
        wanted: dict[str, Any] = {
            "name": f"{self.title}（演示）",
            "callback_url": self.callback_url,
            "start_from": "earliest",
            "include_sections": True,
        }
        with self.client() as client:
            held = client.list_subscriptions()
            mine = next((one for one in held if one["name"] == wanted["name"]), None)
            if mine is None:
                return client.create_subscription(**wanted)
            if mine["callback_url"] != self.callback_url:
                return client.change_subscription(mine["id"], **wanted)
            return mine

    def receive(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Take a callback in; False when the event had come before. Raises CallbackRefused, NotReady."""
        keys = self.keys()
        told = read_callback(
            headers,
            body,
            secret=keys.callback_secret,
            app_key=keys.key,
            new_nonce=lambda nonce: self.memory.new_nonce(self.region, nonce),
            now_ms=now_ms,
        )
        new = self.memory.keep(self.region, told, int(headers.get("x-delivery-attempt") or 0))
        kept = self.memory.event(self.region, told["event_id"])
        if new and kept is not None and kept.asks_reply and self.memory.get(self.region, AUTO):
            self._later(kept)
        return new

    def _later(self, kept: Kept) -> None:
        """Reply once the callback has been answered, as the switch says."""
        result = self.memory.get(self.region, AUTO)
        quantity = int(kept.body["core"].get("totalKg") or 0) // 2 if result == PARTIAL else 0
        timer = threading.Timer(
            0.2, self.reply, kwargs={"event_id": kept.event_id, "result": result, "kilograms": quantity}
        )
        timer.daemon = True
        timer.start()

    def acknowledge(self, *, event_id: str) -> str:
        """Confirm the notice of an event; what came of it, in Chinese."""

        def errand(client: ChainClient) -> str:
            client.ack_notice(event_id)
            self.memory.acked(self.region, event_id)
            return "已确认收到，正在上链。"

        return self._do(f"确认通知 {event_id[:8]}…", errand)

    def reply(
        self, *, event_id: str, result: str, kilograms: int = 0, until: int = 0, number: str = ""
    ) -> str:
        """Reply to the consultation of an event: `result` of RESULTS, `until` yyyymmdd; what came of it, in Chinese."""
        kept = self.memory.event(self.region, event_id)
        if kept is None or result not in RESULTS:
            return "没有这件商请，或者复函结论不对。"
        no = number or f"{SHORT[self.region]}环固函〔{clock.today().year}〕{kept.id}号"

        def errand(client: ChainClient) -> str:
            done = client.reply_case(
                kept.record_key,
                expected_seq=int(kept.body["seq"]),
                result=int(result),
                reply_kg=kilograms if result == PARTIAL else 0,
                reply_valid_to=until,
                doc={"no": no, "sm3": sm3(no.encode())},
                operator_id=OPERATOR,
                occurred_at=now_ms(),
                request_id=f"reply-{kept.event_id}-{result}-{kilograms}-{until}",
            )
            return f"复函{no}（{RESULTS[result]}）已提交上链（{STATES.get(done.state, done.state)}）。"

        return self._do(f"复函 {kept.body['core'].get('applicationNo', '')}", errand)

    def push_filing(self, *, tonnes: int) -> str:
        """Push a filing of the province's own; what came of it, in Chinese."""
        number = int(self.memory.get(self.region, "filings", "0")) + 1
        made = filing(region=self.region, tonnes=tonnes, on=clock.today(), number=number)

        def errand(client: ChainClient) -> str:
            done = client.create_filing(
                case_no=made.case_no,
                core=made.core,
                sections=made.sections,
                record_salt=new_record_salt(),
                occurred_at=now_ms(),
                operator_id=OPERATOR,
            )
            self.memory.set(self.region, "filings", str(number))
            return f"备案{made.case_no}已提交上链（{STATES.get(done.state, done.state)}）。"

        return self._do(f"推送备案 {made.case_no}", errand)

    def _do(self, what: str, errand: Any) -> str:
        """Do one errand and note what came of it."""
        try:
            with self.client() as client:
                outcome, well = str(errand(client)), True
        except GatewayRefused as refusal:
            outcome, well = f"网关拒绝（{refusal.code}）：{refusal.message}", False
        except (ChainError, NotReady) as trouble:
            outcome, well = f"未能送达：{trouble}", False
        self.memory.say(self.region, what, outcome, well=well)
        return outcome


def now_ms() -> int:
    """The house's time in milliseconds."""
    return int(clock.now().timestamp() * 1000)
