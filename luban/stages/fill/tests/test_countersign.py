"""Papers for every row beside the application: printed, sealed or stamped, and void once they say something else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import zxingcpp

from luban.cases.house import objects, take
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.documents import Document
from luban.kit.item import Item
from luban.kit.materials import Material, Signatory
from luban.kit.refusal import Refused
from luban.kit.rules import Rules, block
from luban.links.outcomes import Rejected
from luban.people.actor import Actor
from luban.stages.fill import countersign, drafts, files, filing, sign
from luban.stages.fill.views import DraftView
from luban.trust.local_seal import LocalSeal
from luban.trust.pdf_seal import inspect_seal
from luban.trust.scans import page_images, pdf_text

pytestmark = pytest.mark.django_db
SHIPPER = "91310112MA1TL9J804"
EXPIRED = "承诺书版本已过期，请重新下载"
RULES = Rules()


@RULES.rule("T-30")
def _promised(form: Any, facts: Any, today: date) -> Any:
    for n, row in enumerate(form.load.goods, start=1):
        papers = facts.materials.of("A4", n)
        if not papers or all(paper.check == "mismatch" for paper in papers):
            yield block(f"materials.A4[{n - 1}]", f"{row.code}的承诺书未签署或已失效，请重新生成并签署。")


def _promise(view: Any) -> dict[str, Any]:
    row = view.form.load.goods[view.binding - 1]
    cells = [{"label": "货物", "value": row.code or ""}, {"label": "数量", "value": str(row.qty or "")}]
    return {
        "title": "承诺书",
        "printed_at": view.today.isoformat(),
        "sections": [{"title": "承运", "fields": cells}],
        "commitment": "本单位承诺按约定承运。",
        "signature_label": f"{row.code}承运人（盖章）",
    }


def _shipper(form: Any, binding: int | None) -> Signatory:
    row = form.load.goods[(binding or 1) - 1]
    return Signatory(SHIPPER if row.code else "", f"{row.code}承运人" if row.code else "")


PROMISE = Material(
    "A4",
    "货物承诺书",
    kinds=("pdf",),
    max_count=1,
    per="load.goods",
    per_label="code",
    generated="promise",
    signed_by=_shipper,
)


@pytest.fixture
def item(item: Item) -> Iterator[Item]:
    """The sample with a promise for every good, by whoever carries it."""
    made = replace(
        item,
        rules=Rules([*item.rules, *RULES]),
        documents=(*item.documents, Document("promise", "承诺书", _promise, seal="none")),
        materials=(*item.materials, PROMISE),
    )
    registry.forget(item.code)
    registry.register(made)
    yield made
    registry.forget(made.code)
    registry.register(item)


@pytest.fixture
def two(complete: Callable[[], DraftView], me: Actor) -> DraftView:
    """A complete draft with two goods."""
    return goods(complete(), me, ("G-1", "12.5"), ("G-2", "3"))


def goods(draft: DraftView, me: Actor, *rows: tuple[str, str]) -> DraftView:
    values = {"goods": [{"code": code, "qty": qty} for code, qty in rows]}
    return drafts.save_section(
        draft_id=draft.id, actor=me, revision=draft.revision, section="load", values=values
    )


def states(draft: DraftView, me: Actor) -> dict[str, str]:
    draft = drafts.read(draft_id=draft.id, actor=me)
    checked = filing.precheck(draft=draft, actor=me)
    return {p.slot.title: p.state for p in countersign.states(draft=draft, checked=checked)}


def blocked(draft: DraftView, me: Actor) -> list[str]:
    draft = drafts.read(draft_id=draft.id, actor=me)
    return [f.message for f in filing.precheck(draft=draft, actor=me).blocking]


def printed(draft: DraftView, me: Actor, row: int = 1) -> bytes:
    return countersign.paper(draft_id=draft.id, actor=me, code="A4", binding=row)


def upload(draft: DraftView, me: Actor, data: bytes, row: int = 1) -> DraftView:
    return countersign.upload_stamped(
        draft_id=draft.id, actor=me, code="A4", binding=row, filename="承诺书.pdf", data=data
    )


def test_every_row_has_its_own_paper_with_a_mark_to_know_it_by(two: DraftView, me: Actor) -> None:
    pages = [printed(two, me, row) for row in (1, 2)]
    first, second = ("".join(pdf_text(page).split()) for page in pages)
    assert "G-1承运人" in first and "G-2承运人" in second
    marks = [re.findall("校验码([0-9A-F]{20})", text)[0] for text in (first, second)]
    assert len(set(marks)) == 2
    (code,) = zxingcpp.read_barcodes(page_images(pages[0], max_pages=1, longest=2400)[0])
    assert code.text.split("|")[:3] == [two.id, "A4", marks[0]]
    with pytest.raises(Refused, match="没有这份需要签署的材料"):
        printed(two, me, 3)


def test_all_papers_are_signed_at_once_and_one_whose_row_changes_lapses(
    two: DraftView, me: Actor, seal_service: Any
) -> None:
    assert states(two, me) == {
        "申请表": "unsigned",
        "货物承诺书（G-1）": "unsigned",
        "货物承诺书（G-2）": "unsigned",
    }
    assert "G-1的承诺书未签署或已失效，请重新生成并签署。" in blocked(two, me)
    signed = countersign.sign_all(draft_id=two.id, actor=me)
    assert set(states(two, me).values()) == {"signed"} and not blocked(two, me)
    changed = goods(signed, me, ("G-1", "12.5"), ("G-2", "4"))
    assert states(two, me)["货物承诺书（G-1）"] == "signed"
    assert states(two, me)["货物承诺书（G-2）"] == "lapsed"
    (lapsed,) = [f for f in files.of_draft(draft_id=two.id) if f.check == "mismatch"]
    assert lapsed.binding == 2 and EXPIRED in lapsed.note
    assert "G-2的承诺书未签署或已失效，请重新生成并签署。" in blocked(two, me)
    back = goods(changed, me, ("G-1", "12.5"), ("G-2", "3"))
    assert states(back, me)["货物承诺书（G-2）"] == "signed"
    assert "G-2承运人电子印章" in files.of_draft(draft_id=two.id)[2].note


def test_the_seal_is_that_of_whom_the_paper_names(
    two: DraftView, me: Actor, local_seal: LocalSeal, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    def remote(*, code: str, signer: str) -> LocalSeal:
        asked.append((code, signer))
        return local_seal

    monkeypatch.setattr(sign, "RemoteSeal", remote)
    countersign.sign_online(draft_id=two.id, actor=me, code="A4", binding=2)
    assert asked == [(SHIPPER, me.name)]
    (file,) = files.of_draft(draft_id=two.id)
    assert (file.binding, file.check, file.filename) == (2, "pass", "货物承诺书（G-2）（已签章）.pdf")
    assert inspect_seal(pdf=objects().get(file.sm3), roots=[]).intact


def test_whoever_may_not_seal_and_a_paper_that_names_nobody_are_refused(
    two: DraftView, me: Actor, item: Item, seal_service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = Actor(
        "agent", "经办", "agent", me.organisation, me.organisation_name, "", items=frozenset([item.code])
    )
    for call in (countersign.sign_all, lambda **k: countersign.sign_online(code="A4", binding=1, **k)):
        with pytest.raises(Refused, match="经办人不能签章"):
            call(draft_id=two.id, actor=agent)
    nameless = goods(two, me, ("", "1"), ("G-2", "3"))
    with pytest.raises(Refused, match="还没有签署单位"):
        countersign.sign_online(draft_id=nameless.id, actor=me, code="A4", binding=1)

    def rejecting(*, code: str, signer: str) -> Any:
        raise Rejected("E404", "没有印章。")

    monkeypatch.setattr(sign, "RemoteSeal", rejecting)
    with pytest.raises(Refused, match="打印盖章后上传"):
        countersign.sign_online(draft_id=two.id, actor=me, code="A4", binding=2)


def test_a_stamped_scan_counts_when_its_mark_is_the_latest_of_this_draft(
    two: DraftView, me: Actor, pdf: Callable[..., bytes]
) -> None:
    old = printed(two, me)
    with clock.at(clock.now() + timedelta(days=1)):
        upload(two, me, old)
    (file,) = files.of_draft(draft_id=two.id)
    assert (file.binding, file.check) == (1, "pass")
    changed = goods(drafts.read(draft_id=two.id, actor=me), me, ("G-1", "13"), ("G-2", "3"))
    with pytest.raises(Refused, match=EXPIRED) as refused:
        upload(changed, me, old)
    assert refused.value.status == 422
    with pytest.raises(Refused, match=EXPIRED):
        upload(changed, me, printed(changed, me, row=2))
    assert states(two, me)["货物承诺书（G-1）"] == "lapsed"
    upload(changed, me, pdf(1))
    (file,) = files.of_draft(draft_id=two.id)
    assert file.check == "pending" and "转人工核对" in file.note
    assert states(two, me)["货物承诺书（G-1）"] == "signed"


def test_a_paper_of_another_draft_is_refused(
    two: DraftView, begin: Callable[..., DraftView], me: Actor
) -> None:
    other = goods(begin(), me, ("G-1", "12.5"))
    with pytest.raises(Refused, match=EXPIRED):
        upload(two, me, printed(other, me))


def test_when_a_row_goes_its_paper_goes_and_the_others_keep_theirs(
    two: DraftView, me: Actor, seal_service: Any
) -> None:
    signed = countersign.sign_all(draft_id=two.id, actor=me)
    drafts.edit_rows(
        draft_id=two.id, actor=me, revision=signed.revision, path="load.goods", op="remove", row=0
    )
    found = states(two, me)
    assert found == {"申请表": "lapsed", "货物承诺书（G-2）": "signed"}


def test_a_case_that_comes_back_keeps_the_papers_that_still_say_what_is_stated(
    two: DraftView, me: Actor, window: Actor, seal_service: Any
) -> None:
    countersign.sign_all(draft_id=two.id, actor=me)
    case = filing.submit(draft_id=two.id, actor=me, acknowledged=True, notes="", request_id="r").case
    asked = {"items": [{"path": "load.goods", "problem": "数量不对", "basis": ""}], "note": ""}
    take(case_id=case.id, action="correct", by=window, data=asked, request_id="c")
    with clock.at(clock.now() + timedelta(days=3)):
        draft = drafts.start_correction(case_id=case.id, actor=me)
        assert set(states(draft, me).values()) == {"unsigned", "signed"}
        draft = goods(draft, me, ("G-1", "12.5"), ("G-2", "9"))
        assert states(draft, me)["货物承诺书（G-1）"] == "signed"
        assert states(draft, me)["货物承诺书（G-2）"] == "lapsed"
        countersign.sign_all(draft_id=draft.id, actor=me)
        assert not blocked(draft, me)
