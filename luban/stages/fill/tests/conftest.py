"""A small application with everything a draft can meet, two firms, an official, partners that answer at once."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django
import pypdf
import pytest

django.setup()  # this file is read before pytest-django gets to it

from luban.cases import house  # noqa: E402
from luban.kit import registry  # noqa: E402
from luban.kit.acts import Correction  # noqa: E402
from luban.kit.clock import Clock, clock  # noqa: E402
from luban.kit.conditions import when  # noqa: E402
from luban.kit.documents import Document  # noqa: E402
from luban.kit.fields import (  # noqa: E402
    Choice,
    CitizenId,
    Code,
    Codes,
    Day,
    Mobile,
    Text,
    Tonnes3,
    YesNo,
    field,
    many,
    table,
)
from luban.kit.form import Form, Row, Section, section  # noqa: E402
from luban.kit.guide import Guide, Option, Question  # noqa: E402
from luban.kit.item import Item  # noqa: E402
from luban.kit.materials import Material  # noqa: E402
from luban.kit.notice import Notice  # noqa: E402
from luban.kit.process import APPLICANT, SYSTEM, Desk, End, Go, Process, Return, Step, param  # noqa: E402
from luban.kit.rules import Rules, block, warn  # noqa: E402
from luban.links.data_hub import client as data_hub  # noqa: E402
from luban.links.data_hub.client import LegalPerson  # noqa: E402
from luban.links.outcomes import Unavailable  # noqa: E402
from luban.links.permits_national import client as permits_national  # noqa: E402
from luban.links.permits_national.client import DischargePermit  # noqa: E402
from luban.people.actor import Actor  # noqa: E402
from luban.stages.fill import drafts, sign  # noqa: E402
from luban.stages.fill.views import DraftView  # noqa: E402
from luban.trust import certificates  # noqa: E402
from luban.trust.local_seal import LocalSeal  # noqa: E402

FIRM = "91310115MA1TL1A06J"
OTHER_FIRM = "91310113MA1TL2B13A"
BUREAU = "310115"
NAME = "上海示例塑新材料有限公司"
WINDOW = Desk("district_window", at="handling")


class Firm(Section):
    name: Text = field("单位名称", locked=True, prefill=("data_hub.name", "account.organisation"))
    uscc: Code = field("统一社会信用代码", locked=True, prefill=("account.uscc",))
    legal_rep: Text = field("法定代表人", locked=True, prefill=("data_hub.legal_rep",))
    permit_no: Text = field("许可证编号", required=False, prefill=("permits_national.number", "previous"))
    contact: Text = field("联系人", max_len=20, prefill=("previous", "account.name"))
    mobile: Mobile = field("联系手机", secret=True, prefill=("previous",))
    id_no: CitizenId = field("证件号", required=False, secret=True, prefill=("previous",))


class Part(Row):
    label: Text = field("部件", prefill=("previous",))


class Good(Row):
    code: Text = field("货物代码", prefill=("previous",))
    qty: Tonnes3 = field("数量", unit="吨", reorder=False, prefill=("previous",))
    fragile: YesNo = field("易碎", required=False)
    uses: Codes = many("用途", required=False)
    parts: list[Part] = table("部件清单", max_rows=5)


class Goods(Section):
    way: Choice = field("方式", options=(("road", "汽车"), ("ship", "轮船")))
    harbour: Text = field("码头", shown=when("way", "ship"), required=when("way", "ship"))
    until: Day = field("截止日期", reorder=False, prefill=("previous",))
    goods: list[Good] = table("货物", min_rows=1, max_rows=4)
    total: Tonnes3 = field("合计", derived=True)


class Pledge(Section):
    truth: YesNo = field("内容真实", commitment=True, reorder=False)
    seal_mode: Choice = field("签章方式", dictionary="seal_mode", required=False, reorder=False)


class SampleForm(Form):
    firm: Firm = section("单位", of=Firm, key="s1")
    load: Goods = section("货物", of=Goods, key="s2")
    pledge: Pledge = section("承诺", of=Pledge, key="s3")

    def compute(self) -> None:
        known = [row.qty for row in self.load.goods if row.qty is not None]
        self.load.total = sum(known[1:], known[0]) if known else None


RULES = Rules()


@RULES.rule("T-01")
def _complete(form: Any, facts: Any, today: date) -> Any:
    if not form.load.goods:
        yield block("load.goods", "请填写货物。")
    if not form.pledge.truth:
        yield block("pledge.truth", "请确认“内容真实”。")


@RULES.rule("T-02")
def _signed(form: Any, facts: Any, today: date) -> Any:
    if not facts.seal.signed:
        yield block("materials.A1", "申请表尚未签章。")
    elif not facts.seal.unchanged:
        yield block("materials.A1", "表单内容在签章后发生变更，请重新生成并签章。")


@RULES.rule("T-03")
def _heavy(form: Any, facts: Any, today: date) -> Any:
    if form.load.total is not None and form.load.total > 100:
        yield warn("load.total", "数量较大，请核实。")


def _contract(form: Any, binding: int | None) -> dict[str, Any]:
    return {"name": form.firm.name, "until": form.load.until, "permit_no": form.firm.permit_no}


def _application(view: Any) -> dict[str, Any]:
    return {
        "title": "示例申请表",
        "sections": [],
        "commitment": "本单位承诺所填内容真实。",
        "printed_at": view.today.isoformat(),
    }


PROCESS = Process(
    steps=(
        Step(
            "accept",
            "受理",
            WINDOW,
            actions=(
                Go("accept", "受理", to="seal", reaches="accepted"),
                Return("correct", "补正", data=Correction),
            ),
        ),
        Step(
            "seal",
            "办结",
            SYSTEM,
            actions=(
                End("issue", "办结", reaches="closed_granted", marks=("decided", "granted"), by=SYSTEM),
            ),
        ),
    ),
    anytime=((End("withdraw", "撤回", reaches="closed_withdrawn", by=APPLICANT), ("accept", "correct")),),
)

SAMPLE = Item(
    code="sample_moving",
    title="示例转移申请",
    short="示例申请",
    prefix="SLZY",
    family="sample",
    statute=(),
    requirements=(),
    form=SampleForm,
    rules=RULES,
    process=PROCESS,
    documents=(Document("application", "申请表", _application, template="official", seal="none"),),
    materials=(
        Material("A1", "申请表", kinds=("pdf",), max_count=1, generated="application"),
        Material("A2", "合同", max_mb=1, max_count=2, compare=_contract, words=("污染防治",)),
        Material("A3", "货物清单", kinds=("pdf", "png"), per="load.goods", per_label="code", required=False),
    ),
    notice=Notice("2026-1", param("notice.seconds"), ("请如实填写。",)),
    guide=Guide(
        (
            Question(
                "Q1",
                "怎样运？",
                (
                    Option("ship", "轮船", sets={"load.way": "ship"}),
                    Option("road", "汽车", sets={"load.way": "road"}),
                    Option("no", "不运", stops="不转移的不用申请。"),
                ),
            ),
        )
    ),
    place=lambda form: BUREAU,
    handled_by=lambda form: (BUREAU,),
    headline=lambda form: "示例",
    reorder="latest_granted",
)


def firm_actor(**changes: Any) -> Actor:
    """The firm's applicant."""
    return replace(Actor("suxin", "示例一", "applicant", FIRM, NAME, "310115"), **changes)


@pytest.fixture
def item() -> Iterator[Item]:
    registry.register(SAMPLE)
    yield SAMPLE
    registry.forget(SAMPLE.code)


@pytest.fixture
def me() -> Actor:
    return firm_actor()


@pytest.fixture
def stranger() -> Actor:
    return Actor("redian", "示例二", "applicant", OTHER_FIRM, "上海示例热电有限公司", "310113")


@pytest.fixture
def window() -> Actor:
    return Actor("pudong_window", "示例浦东受理", "district_window", BUREAU, "浦东新区生态环境局", "310115")


@pytest.fixture(autouse=True)
def now() -> Iterator[Clock]:
    with clock.at("2026-03-02T10:00") as held:
        yield held


class Partners:
    """What the stand-ins for registry and permit platform say, or that they are out."""

    out = False

    def legal_person(self, *, uscc: str) -> LegalPerson | None:
        if self.out:
            raise Unavailable("无法连接对方系统。")
        return LegalPerson(
            uscc, NAME, "示例一", "上海市浦东新区示例路1号", "310115", "存续", "2929", "塑料", "", None
        )

    def discharge_permit(self, *, uscc: str) -> DischargePermit | None:
        if self.out:
            raise Unavailable("无法连接对方系统。")
        return DischargePermit(uscc, "registered", f"{uscc}001Y", None, date(2029, 12, 31), "")


@pytest.fixture(autouse=True)
def partners(monkeypatch: pytest.MonkeyPatch) -> Partners:
    made = Partners()
    monkeypatch.setattr(data_hub, "legal_person", made.legal_person)
    monkeypatch.setattr(permits_national, "discharge_permit", made.discharge_permit)
    return made


@pytest.fixture(autouse=True)
def fresh_house() -> Iterator[None]:
    house.forget()
    yield
    house.forget()


@pytest.fixture(scope="session")
def local_seal(tmp_path_factory: pytest.TempPathFactory) -> LocalSeal:
    root = certificates.authority(organisation="示例机构", name="示例根证书")
    return LocalSeal(
        folder=tmp_path_factory.mktemp("seal"), issuer=root, organisation=NAME, name="公章（演示）"
    )


@pytest.fixture
def seal_service(monkeypatch: pytest.MonkeyPatch, local_seal: LocalSeal) -> Any:
    """Sealing on line works; set `out` to True to take the service down."""

    class Service:
        out = False

    def remote(*, code: str, signer: str) -> Any:
        if Service.out:
            raise Unavailable("无法连接对方系统。")
        return local_seal

    monkeypatch.setattr(sign, "RemoteSeal", remote)
    return Service


@pytest.fixture
def begin(item: Item, me: Actor, db: None) -> Callable[..., DraftView]:
    """Begin a draft of the firm, the notice read."""

    def start(*, actor: Actor = me, answer: str = "road", **more: Any) -> DraftView:
        opened = clock.now() - timedelta(seconds=30)
        return drafts.start(item=item, actor=actor, answers={"Q1": answer}, notice_opened_at=opened, **more)

    return start


GOODS = {"way": "road", "until": "2026-12-31", "goods": [{"code": "G-1", "qty": "12.5"}]}


@pytest.fixture
def complete(begin: Callable[..., DraftView], me: Actor) -> Callable[[], DraftView]:
    """A draft with every answer given, not signed."""

    def made(actor: Actor = me, qty: str = "12.5") -> DraftView:
        draft = begin(actor=actor)
        values: dict[str, dict[str, Any]] = {
            "load": {**GOODS, "goods": [{"code": "G-1", "qty": qty}]},
            "firm": {"contact": "示例联系人", "mobile": "13800001234", "id_no": "310101199001011234"},
            "pledge": {"truth": True},
        }
        for name, given in values.items():
            draft = drafts.save_section(
                draft_id=draft.id, actor=actor, revision=draft.revision, section=name, values=given
            )
        return draft

    return made


@pytest.fixture
def pdf() -> Callable[..., bytes]:
    """A blank PDF of some pages."""

    def make(pages: int = 1) -> bytes:
        writer = pypdf.PdfWriter()
        for _ in range(pages):
            writer.add_blank_page(width=595, height=842)
        target = io.BytesIO()
        writer.write(target)
        return target.getvalue()

    return make


@pytest.fixture
def text_pdf(tmp_path: Path) -> Callable[[str], bytes]:
    """A PDF that carries this text."""
    from luban.trust.typeset import LUBAN, typeset

    def make(text: str) -> bytes:
        data = {"title": "合同", "sections": [], "commitment": text}
        template = LUBAN / "trust" / "typst" / "application.typ"
        return typeset(template=template, data=data, at=clock.now(), root=LUBAN.parent)

    return make
