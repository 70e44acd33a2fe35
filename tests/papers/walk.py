"""A seal service in this process, and a case walked to its seal: what the tests of papers begin with."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from luban.cases import house
from luban.cases.act import Filing
from luban.kit.facts import Applicant
from luban.kit.item import Item
from luban.kit.reading import read_form
from luban.links.outbox.effects import EffectView
from luban.links.outbox.models import Effect
from luban.links.outbox.queue import view_of
from luban.links.outcomes import Unavailable
from luban.people.actor import Actor
from luban.people.directory import install_bureaus
from luban.trust import certificates
from luban.trust.local_seal import LocalSeal

FIRM, NAME = "91310115MA1TL1A06J", "上海示例塑新材料有限公司"
WANG = Actor("suxin", "王示例", "applicant", FIRM, NAME, "310115")
LI = Actor("pd-li", "李示例", "district_reviewer", "310115", "浦东新区生态环境局", "310115")
ZHAO = Actor("pd-zhao", "赵示例", "district_leader", "310115", "浦东新区生态环境局", "310115")
PAYLOAD: dict[str, Any] = {
    "work": {
        "firm_uscc": FIRM,
        "site": "示例路地块",
        "county": "310115",
        "worked_on": "2026-02-28",
        "points": [{"name": "S1", "depth_m": "1.5", "kind": "soil"}],
    }
}


class SealService:
    """The seal service; `out` takes it down, `asked` counts its signatures, `requests` are theirs in order."""

    def __init__(self, folder: Path) -> None:
        self.root = certificates.authority(organisation="示例机构", name="示例根证书")
        self.seal = LocalSeal(
            folder=folder, issuer=self.root, organisation="浦东新区生态环境局", name="公章（演示）"
        )
        self.presented = SimpleNamespace(authority=self.root.certificate)
        self.certificate = self.seal.certificate
        self.out = False
        self.asked = 0
        self.requests: list[str] = []

    def __call__(self, code: str) -> SealService:
        if self.out:
            raise Unavailable("无法连接对方系统。")
        return self

    def sign(self, *, digest: bytes, request: str) -> bytes:
        """As the service answers."""
        self.asked += 1
        self.requests.append(request)
        return self.seal.sign(digest=digest, request=request)


def file(item: Item, request_id: str = "r0") -> str:
    """File a case of the item; returns its id."""
    install_bureaus()
    filing = Filing(form=read_form(item.form, PAYLOAD).form, applicant=Applicant(FIRM, NAME))
    return house.file_case(item=item, filing=filing, by=WANG, request_id=request_id).case.id


def take(case: str, action: str, by: Actor, **data: Any) -> None:
    """Take an act."""
    house.take(case_id=case, action=action, by=by, data=data, request_id=f"{action}:{by.account}")


def resubmit(item: Item, case: str) -> None:
    """Hand in the correction."""
    filing = Filing(form=read_form(item.form, PAYLOAD).form, applicant=Applicant(FIRM, NAME))
    house.take(case_id=case, action="resubmit", by=WANG, data={}, request_id="resubmit", filing=filing)


def confirmed(item: Item, request_id: str = "r0") -> str:
    """A case that waits for its decision to be sealed."""
    case = file(item, request_id)
    take(case, "accept", LI)
    take(case, "confirm", ZHAO)
    return case


def effect(case: str, kind: str, name: str) -> EffectView:
    """The case's effect of that kind and name."""
    return view_of(effect=Effect.objects.get(case=case, kind=kind, name=name))
