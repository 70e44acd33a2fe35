"""Signing and submitting: one draft becomes one case, as it was signed, and comes back for correction whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from luban.cases.act import Outcome
from luban.cases.house import objects, take
from luban.cases.models import Case, Draft
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.links.outbox.models import Effect
from luban.people.actor import Actor
from luban.stages.fill import drafts, files, filing, jobs, reorder, sign
from luban.stages.fill.views import DraftView

pytestmark = pytest.mark.django_db
Complete = Callable[..., DraftView]


def submit(draft: DraftView, actor: Actor, request: str = "r1", **more: Any) -> Outcome:
    arguments = {"acknowledged": False, "notes": "", "request_id": request, **more}
    return filing.submit(draft_id=draft.id, actor=actor, **arguments)


def hand_in_contract(draft: DraftView, actor: Actor, data: bytes) -> None:
    files.hand_in(draft_id=draft.id, actor=actor, code="A2", binding=None, filename="合同.pdf", data=data)


def refused(call: Callable[..., Any], **arguments: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        call(**arguments)
    return caught.value


def test_the_application_is_sealed_on_line_and_any_change_afterwards_shows(
    complete: Complete, me: Actor, seal_service: Any
) -> None:
    draft = complete()
    assert sign.paper(draft_id=draft.id, actor=me).startswith(b"%PDF")
    signed = sign.sign_online(draft_id=draft.id, actor=me)
    assert signed.payload["pledge"]["seal_mode"] == "online"
    state = sign.state(draft=signed)
    assert (state.mode, state.signed, state.unchanged) == ("online", True, True)
    (paper,) = files.of_draft(draft_id=draft.id)
    assert (paper.code, paper.check) == ("A1", "pass")
    assert objects().get(paper.sm3).startswith(b"%PDF")
    changed = drafts.save_section(
        draft_id=draft.id, actor=me, revision=signed.revision, section="firm", values={"contact": "换了"}
    )
    assert sign.state(draft=changed).unchanged is False
    messages = [f.message for f in filing.precheck(draft=changed, actor=me).blocking]
    assert "表单内容在签章后发生变更，请重新生成并签章。" in messages


def test_an_agent_may_not_seal_and_a_service_that_is_out_says_what_to_do(
    complete: Complete, item: Item, me: Actor, seal_service: Any
) -> None:
    draft = complete()
    agent = Actor(
        "agent", "经办", "agent", me.organisation, me.organisation_name, "", items=frozenset({item.code})
    )
    said = refused(sign.sign_online, draft_id=draft.id, actor=agent)
    assert (said.status, said.message) == (403, "经办人不能签章，请由本单位申请人账号登录后签章。")
    seal_service.out = True
    said = refused(sign.sign_online, draft_id=draft.id, actor=me)
    assert said.status == 503 and "打印盖章后上传扫描件" in said.message
    assert not sign.state(draft=drafts.read(draft_id=draft.id, actor=me)).signed


def test_a_stamped_scan_is_taken_when_no_page_is_missing(
    complete: Complete, me: Actor, pdf: Callable[..., bytes]
) -> None:
    draft = complete()
    signed = sign.upload_sealed(draft_id=draft.id, actor=me, filename="申请表.pdf", data=pdf(1))
    assert signed.seal["mode"] == "upload" and signed.seal["check"] == "unreadable"
    assert sign.state(draft=signed).unchanged
    said = refused(sign.upload_sealed, draft_id=draft.id, actor=me, filename="申请表.png", data=b"x")
    assert said.status == 415


def test_one_draft_becomes_one_case_however_often_it_is_sent(
    complete: Complete, me: Actor, seal_service: Any
) -> None:
    draft = complete()
    said = refused(submit, draft=draft, actor=me)
    assert (said.code, said.status) == ("PRECHECK", 422)
    assert [f.message for f in said.findings if f.blocks] == ["申请表尚未签章。"]
    sign.sign_online(draft_id=draft.id, actor=me)
    first = submit(draft, me)
    assert not first.repeated and first.case.state == "submitted"
    for request in ("r1", "r2"):
        again = submit(draft, me, request)
        assert again.repeated and again.case.id == first.case.id
    assert Case.objects.count() == 1
    back = drafts.read(draft_id=draft.id, actor=me)
    assert back.submitted_as == first.case.number
    assert filing.case_of(draft=back) == first.case.id
    for call in (drafts.discard, sign.sign_online):
        assert refused(call, draft_id=draft.id, actor=me).code == "ALREADY_SUBMITTED"


def test_warnings_are_acknowledged(complete: Complete, me: Actor, seal_service: Any) -> None:
    draft = complete(qty="150")
    sign.sign_online(draft_id=draft.id, actor=me)
    assert refused(submit, draft=draft, actor=me).code == "ACKNOWLEDGE"
    assert submit(draft, me, acknowledged=True, notes="已核实").case.number.startswith(
        "SLZY-310115-20260302-"
    )


def test_a_changed_notice_is_read_again_before_submitting(
    complete: Complete, me: Actor, seal_service: Any
) -> None:
    draft = complete()
    sign.sign_online(draft_id=draft.id, actor=me)
    Draft.objects.filter(pk=draft.id).update(notice_version="2025-9")
    assert drafts.read(draft_id=draft.id, actor=me).notice_current is False
    assert refused(submit, draft=draft, actor=me).code == "NOTICE_CHANGED"
    drafts.notice_read(draft_id=draft.id, actor=me, opened_at=clock.now() - timedelta(seconds=11))
    assert submit(draft, me).case.state == "submitted"


def returned(complete: Complete, me: Actor, window: Actor, contract: bytes) -> str:
    draft = complete()
    hand_in_contract(draft, me, contract)
    sign.sign_online(draft_id=draft.id, actor=me)
    case = submit(draft, me).case
    asked = {
        "items": [{"path": "firm.contact", "problem": "联系人不对", "basis": "须知第1条"}],
        "note": "请尽快",
    }
    take(case_id=case.id, action="correct", by=window, data=asked, request_id="c1")
    return case.id


def test_a_returned_case_is_corrected_in_one_draft_with_its_files(
    complete: Complete,
    me: Actor,
    stranger: Actor,
    window: Actor,
    seal_service: Any,
    pdf: Callable[..., bytes],
) -> None:
    case = returned(complete, me, window, pdf())
    draft = drafts.start_correction(case_id=case, actor=me)
    assert drafts.start_correction(case_id=case, actor=me).id == draft.id
    assert dict(draft.correction[0]) == {
        "path": "firm.contact",
        "problem": "联系人不对",
        "basis": "须知第1条",
    }
    assert (draft.correction_note, draft.case_id) == ("请尽快", case)
    assert [f.code for f in files.of_draft(draft_id=draft.id)] == ["A2"]
    assert draft.payload["firm"]["mobile"] == "13800001234"
    assert draft.sources["firm.legal_rep"] == "data_hub"
    assert refused(drafts.start_correction, case_id=case, actor=stranger).status == 404
    assert refused(drafts.start_correction, case_id="x", actor=me).status == 404
    drafts.save_section(
        draft_id=draft.id, actor=me, revision=draft.revision, section="firm", values={"contact": "改好了"}
    )
    assert refused(submit, draft=draft, actor=me, request="s2").status == 422
    sign.sign_online(draft_id=draft.id, actor=me)
    outcome = submit(draft, me, "s2")
    assert (outcome.case.id, outcome.case.version, outcome.case.step) == (case, 2, "accept")
    assert submit(draft, me, "s3").repeated
    assert [f.code for f in files.of_case_version(case_id=case, n=2)] == ["A1", "A2"]
    assert refused(drafts.start_correction, case_id=case, actor=me).code == "NOT_CORRECTING"


def test_files_of_a_case_are_for_the_firm_and_the_officials_who_see_it(
    complete: Complete,
    me: Actor,
    stranger: Actor,
    window: Actor,
    seal_service: Any,
    pdf: Callable[..., bytes],
) -> None:
    case = returned(complete, me, window, pdf())
    sm3 = next(f.sm3 for f in files.of_case_version(case_id=case, n=1) if f.code == "A2")
    for actor in (me, window):
        assert files.read_of_case(case_id=case, sm3=sm3, actor=actor) == ("合同.pdf", "pdf", pdf())
    elsewhere = Actor("baoshan", "示例", "district_window", "310113", "宝山", "310113")
    assert refused(files.read_of_case, case_id=case, sm3=sm3, actor=stranger).status == 404
    assert refused(files.read_of_case, case_id=case, sm3=sm3, actor=elsewhere).status == 403
    assert refused(files.read_of_case, case_id=case, sm3="0" * 64, actor=me).status == 404
    assert files.preview_of_case(case_id=case, sm3=sm3, actor=window, page=1).startswith(b"\x89PNG")


def granted(complete: Complete, me: Actor, window: Actor) -> str:
    draft = complete()
    sign.sign_online(draft_id=draft.id, actor=me)
    case = submit(draft, me).case
    take(case_id=case.id, action="accept", by=window, data={}, request_id="a")
    take(case_id=case.id, action="issue", by=Actor.system(), data={}, request_id="i")
    return case.number


def test_once_more_copies_what_lasts_and_nothing_else(
    complete: Complete, item: Item, me: Actor, stranger: Actor, window: Actor, seal_service: Any
) -> None:
    assert not reorder.possible(item=item, actor=me)
    assert refused(reorder.again, item=item, actor=me).code == "NO_SOURCE"
    number = granted(complete, me, window)
    assert reorder.possible(item=item, actor=me)
    assert not reorder.possible(item=item, actor=stranger)
    draft = reorder.again(item=item, actor=me, case_number=None)
    assert draft.copied_from == number and draft.notice_current
    assert draft.payload["firm"]["contact"] == "示例联系人"
    assert draft.payload["firm"]["mobile"] == "13800001234"
    assert "id_no" not in draft.payload["firm"]
    assert draft.payload["load"] == {"way": "road", "goods": [{"code": "G-1"}]}
    assert draft.payload["pledge"] == {}
    assert draft.sources["firm.legal_rep"] == "data_hub"
    assert draft.sources["firm.contact"] == draft.sources["load.goods[0].code"] == "previous"
    assert files.of_draft(draft_id=draft.id) == ()
    assert not sign.state(draft=draft).signed


def test_a_returning_firm_finds_its_last_application(
    begin: Callable[..., DraftView], complete: Complete, me: Actor, window: Actor, seal_service: Any
) -> None:
    granted(complete, me, window)
    draft = begin(answer="ship")
    assert draft.payload["firm"]["contact"] == "示例联系人"
    assert draft.payload["load"]["way"] == "ship"
    assert draft.payload["load"]["goods"] == [{"code": "G-1"}]


def test_old_drafts_are_announced_once_and_then_go(begin: Callable[..., DraftView], me: Actor) -> None:
    draft = begin()
    with clock.at(clock.now() + timedelta(days=84)):
        assert (jobs.warn_old(), jobs.warn_old()) == (1, 0)
        effect = Effect.objects.get(name="enterprise_message")
        assert effect.body["uscc"] == me.subject and "2026-05-31" in effect.body["text"]
        assert jobs.delete_old() == 0
        assert drafts.of_owner(actor=me)[0].expires_soon
    with clock.at(clock.now() + timedelta(days=91)):
        assert jobs.delete_old() == 1
    assert not Draft.objects.filter(pk=draft.id).exists()
