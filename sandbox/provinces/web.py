"""The provinces' addresses: callbacks from the gateway, a page each, what a person has a province do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

from luban_chain import ChainError
from luban_chain.events import CallbackRefused
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.provinces import faults, pages
from sandbox.provinces.memory import Memory
from sandbox.provinces.system import AUTO, RESULTS, STANDINGS, TITLES, NotReady, Province
from sandbox.store import Store
from sandbox.switches import BadSwitch
from sandbox.web import answer_page, from_elsewhere, is_form, told

log = logging.getLogger(__name__)

OK = {"code": 0, "message": "ok"}
MOST_TONNES = 100_000
AGAIN_SECONDS = 2.0


class Provinces:
    """All provinces over one memory."""

    def __init__(self, *, var: Path, product: str, here: str, store: Store) -> None:
        self.memory, self.store = Memory(var / "sandbox"), store
        self.all = {
            region: Province(region=region, memory=self.memory, var=var, product=product, here=here)
            for region in TITLES
        }

    def routes(self) -> list[Route]:
        """Before those of the partners, which take any first word."""
        return [
            Route("/provinces", self.overview),
            Route("/provinces/{region}", self.page),
            Route("/provinces/{region}/callback", self.callback, methods=["POST"]),
            Route("/provinces/{region}/do/{act}", self.do, methods=["POST"]),
            Route("/_provinces/{region}", self.kept),
        ]

    async def subscribe_all(self) -> None:
        """Subscribe every province, again and again until the house answers."""
        waiting = list(self.all.values())
        while waiting:
            waiting = [one for one in waiting if not await asyncio.to_thread(self._subscribed, one)]
            await asyncio.sleep(AGAIN_SECONDS)

    def _subscribed(self, one: Province) -> bool:
        try:
            made = one.subscribe()
        except (ChainError, NotReady) as trouble:
            log.debug("province %s cannot subscribe yet: %s", one.region, trouble)
            return False
        self.memory.set(
            one.region, "subscription", f"{STANDINGS.get(made['state'], made['state'])}（{made['id']}）"
        )
        return True

    async def callback(self, request: Request) -> Response:
        """A callback of the gateway."""
        province = self.all.get(request.path_params["region"])
        if province is None:
            return JSONResponse({"code": 40401, "message": "没有这个省。"}, 404)
        link, body = faults.link_of(province.region), await request.body()
        if self.store.fires(link=link, fault="gone") is not None:
            return JSONResponse({"code": 41000, "message": "演示：不再接收"}, 410)
        if (seconds := self.store.fires(link=link, fault="slow")) is not None:
            await asyncio.sleep(seconds)
        if self.store.fires(link=link, fault="refuse") is not None:
            return JSONResponse({"code": 50000, "message": "演示：拒收"}, 500)
        try:
            new = await asyncio.to_thread(province.receive, request.headers, body)
        except CallbackRefused as refused:
            self.memory.refuse(province.region, refused.reason)
            return JSONResponse({"code": 40102, "message": f"回调未予采信：{refused.reason}"}, 401)
        except NotReady as missing:
            return JSONResponse({"code": 50301, "message": str(missing)}, 503)
        if self.store.fires(link=link, fault="not_json") is not None:
            return Response("OK", 200, media_type="text/plain")
        return JSONResponse({**OK, "repeated": not new})

    async def overview(self, request: Request) -> Response:
        """All provinces."""
        return answer_page(pages.overview(provinces=list(self.all.values()), memory=self.memory))

    async def page(self, request: Request) -> Response:
        """One province."""
        province = self.all.get(request.path_params["region"])
        if province is None:
            return RedirectResponse("/provinces", 303)
        switches = self.store.switches(link=faults.link_of(province.region))
        return answer_page(pages.one_province(province=province, memory=self.memory, switches=switches))

    async def kept(self, request: Request) -> Response:
        """What a province received and asked, as JSON, for tests."""
        region = request.path_params["region"]
        if region not in self.all:
            return JSONResponse({"message": "没有这个省。"}, 404)
        return JSONResponse(
            {
                "subscription": self.memory.get(region, "subscription"),
                "refused": self.memory.refused(region),
                "events": [vars(one) for one in reversed(self.memory.events(region, limit=10_000))],
                "said": [vars(one) for one in self.memory.said(region)],
            }
        )

    async def do(self, request: Request) -> Response:
        """What a person has a province do, from its page (form) or by a test (JSON)."""
        province, act = self.all.get(request.path_params["region"]), request.path_params["act"]
        if province is None or from_elsewhere(request):
            return JSONResponse(
                {"message": "没有这个省，或不是从本页操作。"}, 404 if province is None else 403
            )
        try:
            outcome = await asyncio.to_thread(self._done, province, act, await told(request))
        except (BadSwitch, ValueError, TypeError, InvalidOperation) as wrong:
            return JSONResponse({"message": f"参数不正确：{wrong}"}, 400)
        if is_form(request):
            return RedirectResponse(f"/provinces/{province.region}", 303)
        return JSONResponse({"outcome": outcome})

    def _done(self, province: Province, act: str, given: Mapping[str, object]) -> str:
        event_id = str(given.get("event_id", ""))[:32]
        if act == "fault":
            self.store.set_switch(switch=faults.parse(region=province.region, told=given))
            return "已设置。"
        if act == "auto":
            result = str(given.get("result", ""))
            self.memory.set(province.region, AUTO, result if result in RESULTS else "")
            return "已设置。"
        if act == "ack":
            return province.acknowledge(event_id=event_id)
        if act == "reply":
            kilograms = int(Decimal(str(given.get("tonnes") or 0)) * 1000)
            return province.reply(
                event_id=event_id,
                result=str(given.get("result", "")),
                kilograms=kilograms,
                until=int(str(given.get("until") or 0)),
                number=str(given.get("number") or "").strip()[:60],
            )
        if act == "filing":
            tonnes = int(str(given.get("tonnes") or 0))
            if not 1 <= tonnes <= MOST_TONNES:
                raise ValueError(f"转移量应为1至{MOST_TONNES}吨")
            return province.push_filing(tonnes=tonnes)
        raise ValueError("没有这个操作")
