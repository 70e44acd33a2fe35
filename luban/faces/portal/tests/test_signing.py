"""The page on which an application is signed, when others sign papers beside it: each by itself, or all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.documents import Document
from luban.kit.fields import Choice, Code, field, table
from luban.kit.form import Form, Row, Section, section
from luban.kit.item import Item
from luban.kit.materials import Material, Signatory
from luban.kit.process import SYSTEM, Desk, End, Go, Process, Step
from luban.kit.rules import Rules, block
from luban.links.outcomes import Rejected
from luban.people.actor import Actor
from luban.stages.fill import drafts, files, sign
from luban.stages.fill.views import DraftView
from luban.trust import certificates
from luban.trust.local_seal import LocalSeal

pytestmark = pytest.mark.django_db
FIRM, NAME = "91310115MA1TL1A06J", "上海示例塑新材料有限公司"
ME = Actor("suxin", "示例塑新", "applicant", FIRM, NAME, "310115")
SHIPPER = "91310112MA1TL9J804"


class Good(Row):
    """A good."""

    code: Code = field("货物代码")


class Goods(Section):
    """The goods, and the way of signing."""

    goods: list[Good] = table("货物", min_rows=1)
    seal_mode: Choice = field("签章方式", dictionary="seal_mode", required=False, reorder=False)


class GoodsForm(Form):
    """The application."""

    load: Goods = section("货物", of=Goods, key="s1")


RULES = Rules()


@RULES.rule("T-1")
def _signed(form: Any, facts: Any, today: Any) -> Any:
    if not facts.seal.signed:
        yield block("materials.A1", "申请表尚未签章。")
    for n, _ in enumerate(form.load.goods, start=1):
        if not any(paper.check != "mismatch" for paper in facts.materials.of("A2", n)):
            yield block(f"materials.A2[{n - 1}]", f"第{n}份承诺书未签署或已失效。")


def _words(view: Any) -> dict[str, Any]:
    row = view.form.load.goods[view.binding - 1] if view.binding else None
    return {
        "title": "承诺书" if row else "申请表",
        "sections": [],
        "commitment": f"货物{row.code if row else ''}",
    }


ITEM = Item(
    code="sample_promises",
    title="示例承诺申请",
    short="示例承诺",
    prefix="SLCN",
    family="sample",
    statute=(),
    requirements=(),
    form=GoodsForm,
    rules=RULES,
    process=Process(
        steps=(
            Step(
                "accept",
                "受理",
                Desk("district_window", at="handling"),
                actions=(Go("accept", "受理", to="seal", reaches="accepted"),),
            ),
            Step(
                "seal", "办结", SYSTEM, actions=(End("issue", "办结", reaches="closed_granted", by=SYSTEM),)
            ),
        )
    ),
    documents=(
        Document("application", "申请表", _words, seal="none"),
        Document("promise", "承诺书", _words, seal="none"),
    ),
    materials=(
        Material("A1", "申请表", kinds=("pdf",), max_count=1, generated="application"),
        Material(
            "A2",
            "承诺书",
            kinds=("pdf",),
            max_count=1,
            per="load.goods",
            per_label="code",
            generated="promise",
            signed_by=lambda form, n: Signatory(SHIPPER, f"{form.load.goods[(n or 1) - 1].code}承运人"),
        ),
    ),
    place=lambda form: "310115",
    handled_by=lambda form: ("310115",),
    headline=lambda form: "示例",
)


@pytest.fixture
def draft(accounts: None) -> Iterator[DraftView]:
    """A draft with two goods."""
    registry.register(ITEM)
    opened = clock.now() - timedelta(minutes=5)
    draft = drafts.start(item=ITEM, actor=ME, answers={}, notice_opened_at=opened)
    yield goods(draft, "G-1", "G-2")
    registry.forget(ITEM.code)


def goods(draft: DraftView, *codes: str) -> DraftView:
    draft = drafts.read(draft_id=draft.id, actor=ME)
    values = {"goods": [{"code": code} for code in codes]}
    return drafts.save_section(
        draft_id=draft.id, actor=ME, revision=draft.revision, section="load", values=values
    )


@pytest.fixture
def sealing(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Callable[[str], None]:
    """Seals are put on line; named codes have none."""
    root = certificates.authority(organisation="示例机构", name="示例根证书")
    seal = LocalSeal(folder=tmp_path, issuer=root, organisation=NAME, name="公章（演示）")
    without: set[str] = set()

    def remote(*, code: str, signer: str) -> LocalSeal:
        if code in without:
            raise Rejected("E404", f"没有印章“{code}”。")
        return seal

    monkeypatch.setattr(sign, "RemoteSeal", remote)
    return without.add


def page(client: Client, draft: DraftView) -> str:
    answer = client.get(f"/fill/{draft.id}/sign/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_paper_is_listed_and_all_are_signed_at_once(
    firm: Client, draft: DraftView, sealing: Callable[[str], None]
) -> None:
    html = page(firm, draft)
    assert "二、其他须签署的材料" in html and "三、提交" in html
    assert html.count("未签署</span>") == 2 and "签署单位：G-1承运人" in html
    assert "全部签章（3 份）" in html and "清零后可以签章" not in html
    assert "由系统按填写内容生成" in firm.get(f"/fill/{draft.id}/").content.decode()
    address = f"/fill/{draft.id}/sign/"
    assert firm.get(f"{address}paper.pdf?paper=A2&row=2").content.startswith(b"%PDF")
    assert firm.get(f"{address}paper.pdf?paper=A2&row=9").status_code == 422
    assert firm.post(f"{address}online/", {"all": "1"}).status_code == 302
    html = page(firm, draft)
    assert html.count("已签署</span>") == 2 and "全部签章" not in html.replace("已全部签章", "")
    assert "G-1承运人电子印章" in html
    done = firm.post(f"/fill/{draft.id}/submit/", {"request_id": "once"})
    assert done.status_code == 302 and done["Location"].startswith("/cases/")


def test_one_paper_is_signed_by_itself_and_lapses_when_its_row_changes(
    firm: Client, draft: DraftView, sealing: Callable[[str], None]
) -> None:
    address = f"/fill/{draft.id}/sign/"
    assert firm.post(f"{address}online/?paper=A2&row=2").status_code == 302
    html = page(firm, draft)
    assert html.count("已签署</span>") == 1 and html.count("未签署</span>") == 1
    goods(draft, "G-1", "G-3")
    html = page(firm, draft)
    assert "已失效，须重新签署" in html and "承诺书版本已过期，请重新下载" in html


def test_a_scan_of_an_old_print_is_refused_on_the_page_and_that_of_the_latest_is_taken(
    firm: Client, draft: DraftView
) -> None:
    address = f"/fill/{draft.id}/sign/"

    def sent(data: bytes) -> Any:
        file = SimpleUploadedFile("承诺书.pdf", data, "application/pdf")
        return firm.post(f"{address}upload/?paper=A2&row=1", {"file": file})

    old = firm.get(f"{address}paper.pdf?paper=A2&row=1").content
    goods(draft, "G-9", "G-2")
    answer = sent(old)
    assert answer.status_code == 422
    assert "承诺书版本已过期，请重新下载" in answer.content.decode()
    assert sent(firm.get(f"{address}paper.pdf?paper=A2&row=1").content).status_code == 302
    (file,) = files.of_draft(draft_id=draft.id)
    assert (file.binding, file.check) == (1, "pass")


def test_a_signer_without_a_seal_is_named_in_the_answer_and_the_rest_stays_signed(
    firm: Client, draft: DraftView, sealing: Callable[[str], None]
) -> None:
    sealing(SHIPPER)
    answer = firm.post(f"/fill/{draft.id}/sign/online/", {"all": "1"})
    assert answer.status_code == 422
    assert f"没有印章“{SHIPPER}”。可改为打印盖章后上传扫描件" in answer.content.decode()
    assert [file.code for file in files.of_draft(draft_id=draft.id)] == ["A1"]
