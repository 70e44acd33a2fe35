"""Drafts: nobody starts unread, nothing typed is lost, what a registry said stays, what is foreign stays unseen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from luban.cases.models import Draft
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.registers.enterprises import shelf as enterprises
from luban.stages.fill import drafts, notice
from luban.stages.fill.clash import Clash
from luban.stages.fill.views import DraftView

pytestmark = pytest.mark.django_db
Begin = Callable[..., DraftView]


def refused(call: Callable[..., Any], **arguments: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        call(**arguments)
    return caught.value


def save(
    draft: DraftView, actor: Actor, section: str, values: dict[str, Any], revision: int | None = None
) -> DraftView:
    return drafts.save_section(
        draft_id=draft.id,
        actor=actor,
        revision=draft.revision if revision is None else revision,
        section=section,
        values=values,
    )


def test_the_notice_is_read_on_the_server_s_clock(item: Item, me: Actor) -> None:
    opened = clock.now()
    with clock.at(opened + timedelta(seconds=3)) as later:
        assert notice.seconds_left(item=item, opened_at=opened, now=later.now()) == 7
        said = refused(drafts.start, item=item, actor=me, answers={"Q1": "road"}, notice_opened_at=opened)
    assert (said.code, said.status, said.message) == (
        "NOTICE_NOT_READ",
        409,
        "请阅读完办理须知（剩余7秒）。",
    )
    never = refused(drafts.start, item=item, actor=me, answers={"Q1": "road"}, notice_opened_at=None)
    assert never.message == "请阅读完办理须知（剩余10秒）。"
    ahead = refused(
        drafts.start, item=item, actor=me, answers={"Q1": "road"}, notice_opened_at=opened + timedelta(days=1)
    )
    assert ahead.status == 409
    assert not Draft.objects.exists()


@pytest.mark.parametrize(("answers", "code"), [({}, "GUIDE_OPEN"), ({"Q1": "no"}, "GUIDE_STOPPED")])
def test_the_guide_must_lead_here(item: Item, me: Actor, answers: dict[str, str], code: str) -> None:
    said = refused(
        drafts.start,
        item=item,
        actor=me,
        answers=answers,
        notice_opened_at=clock.now() - timedelta(seconds=60),
    )
    assert (said.code, said.status) == (code, 409)


def test_what_is_known_is_filled_in_and_says_where_from(begin: Begin, me: Actor) -> None:
    draft = begin(answer="ship")
    assert draft.payload["firm"]["legal_rep"] == "示例一"
    assert draft.payload["load"]["way"] == "ship"
    assert draft.sources == {
        "firm.name": "data_hub",
        "firm.uscc": "account",
        "firm.legal_rep": "data_hub",
        "firm.permit_no": "permits_national",
        "firm.contact": "account",
        "load.way": "guide",
    }
    known = enterprises.get(uscc=me.subject)
    assert known is not None and known.legal_rep == "示例一"


def test_a_registry_that_is_out_stops_nobody_and_leaves_a_mark(
    begin: Begin, me: Actor, partners: Any
) -> None:
    partners.out = True
    draft = begin()
    assert draft.sources_down == ("data_hub", "permits_national")
    assert draft.payload["firm"]["name"] == me.organisation_name
    draft = save(draft, me, "firm", {"legal_rep": "手填法人", "permit_no": "X1", "contact": "乙"})
    assert draft.sources["firm.legal_rep"] == draft.sources["firm.permit_no"] == "manual"
    assert draft.sources["firm.contact"] == "self"
    partners.out = False
    again = drafts.fetch_again(draft_id=draft.id, actor=me)
    assert again.payload["firm"]["legal_rep"] == "手填法人"
    assert again.sources_down == ()


def test_a_locked_value_stays_and_the_sentence_says_where_to_correct_it(begin: Begin, me: Actor) -> None:
    draft = begin()
    said = refused(save, draft=draft, actor=me, section="firm", values={"legal_rep": "别人", "contact": "甲"})
    assert (said.status, said.findings[0].path) == (422, "firm.legal_rep")
    assert said.message == "法定代表人来自市大数据资源平台，不能修改；如有误请先在市大数据资源平台更正。"
    same = save(draft, me, "firm", {"legal_rep": "示例一", "contact": "甲"})
    assert same.sources["firm.contact"] == "self"
    assert same.sources["firm.legal_rep"] == "data_hub"


def test_two_people_at_one_section_are_told_and_nothing_is_lost(begin: Begin, me: Actor) -> None:
    draft = begin()
    save(draft, me, "firm", {"contact": "先保存的"})
    with pytest.raises(Clash) as caught:
        save(draft, me, "firm", {"contact": "后保存的"})
    clash = caught.value
    assert clash.status == 409
    assert "账号suxin于03月02日10:00修改" in clash.message
    assert [(v.label, v.mine, v.theirs) for v in clash.values] == [("联系人", "后保存的", "先保存的")]
    assert clash.theirs.payload["firm"]["contact"] == "先保存的"


def test_other_sections_and_repeated_saves_do_not_clash(begin: Begin, me: Actor) -> None:
    draft = begin()
    save(draft, me, "firm", {"contact": "甲"})
    other = save(draft, me, "load", {"until": "2026-12-31"})
    assert other.payload["firm"]["contact"] == "甲"
    again = save(draft, me, "firm", {"contact": "甲"})
    assert again.revision == other.revision


def test_unreadable_answers_are_kept_as_typed(begin: Begin, me: Actor) -> None:
    draft = save(begin(), me, "load", {"goods": [{"qty": "12.5吨左右"}], "until": "明年"})
    assert draft.payload["load"]["goods"][0]["qty"] == "12.5吨左右"
    assert draft.payload["load"]["until"] == "明年"
    assert drafts.read(draft_id=draft.id, actor=me).payload["load"]["until"] == "明年"


def test_secrets_are_sealed_at_rest_and_open_for_their_owner(begin: Begin, me: Actor) -> None:
    draft = save(begin(), me, "firm", {"mobile": "13800001234"})
    row = Draft.objects.get(pk=draft.id)
    assert "13800001234" not in str(row.payload)
    assert draft.payload["firm"]["mobile"] == "13800001234"


def test_rows_are_added_copied_removed_with_their_sources(begin: Begin, me: Actor) -> None:
    draft = save(begin(), me, "load", {"goods": [{"code": "A", "qty": "1"}, {"code": "B", "qty": "2"}]})
    assert draft.payload["load"]["total"] == "3.000"
    assert draft.sources["load.total"] == "computed"

    def edit(draft: DraftView, op: str, row: int | None = None, path: str = "load.goods") -> DraftView:
        return drafts.edit_rows(
            draft_id=draft.id, actor=me, revision=draft.revision, path=path, op=op, row=row
        )

    draft = edit(draft, "copy", 1)
    assert [g["code"] for g in draft.payload["load"]["goods"]] == ["A", "B", "B"]
    draft = edit(edit(draft, "remove", 0), "add")
    assert [g.get("code") for g in draft.payload["load"]["goods"]] == ["B", "B", None]
    assert {p for p in draft.sources if p.startswith("load.goods")} == {
        "load.goods[0].code", "load.goods[0].qty", "load.goods[1].code", "load.goods[1].qty",
    }  # fmt: skip
    draft = edit(draft, "add", path="load.goods[1].parts")
    assert draft.payload["load"]["goods"][1]["parts"] == [{}]
    full = edit(draft, "add")
    assert refused(edit, draft=full, op="add").message == "货物最多4行。"
    assert refused(edit, draft=full, op="remove", row=9).status == 422
    for path in ("load.way", "load.nothing", "nowhere", "load.goods[0]", "load.goods[9].parts"):
        assert refused(edit, draft=full, op="add", path=path).status == 422


def test_a_foreign_draft_is_not_there_for_firms_and_forbidden_for_officials(
    begin: Begin, stranger: Actor, window: Actor
) -> None:
    draft = begin()
    for call in (drafts.read, drafts.discard):
        assert refused(call, draft_id=draft.id, actor=stranger).status == 404
        assert refused(call, draft_id=draft.id, actor=window).status == 403
    assert refused(drafts.read, draft_id="no-id", actor=stranger).status == 404
    assert refused(save, draft=draft, actor=stranger, section="firm", values={"contact": "x"}).status == 404
    assert refused(drafts.read, draft_id=draft.id, actor=Actor.public()).status == 404
    assert drafts.of_owner(actor=stranger) == ()


def test_an_agent_works_only_on_items_it_is_authorised_for(item: Item, begin: Begin, me: Actor) -> None:
    draft = begin()
    agent = Actor("agent", "经办", "agent", me.organisation, me.organisation_name, "310115")
    assert refused(drafts.read, draft_id=draft.id, actor=agent).status == 404
    assert drafts.of_owner(actor=agent) == ()
    may = Actor(
        "agent",
        "经办",
        "agent",
        me.organisation,
        me.organisation_name,
        "310115",
        items=frozenset({item.code}),
    )
    assert drafts.read(draft_id=draft.id, actor=may).id == draft.id
    said = refused(
        drafts.start,
        item=item,
        actor=agent,
        answers={"Q1": "road"},
        notice_opened_at=clock.now() - timedelta(1),
    )
    assert said.status == 403


def test_the_list_pages_and_shows_how_far_each_is(
    begin: Begin, me: Actor, complete: Callable[[], DraftView]
) -> None:
    for n in range(3):
        with clock.at(clock.now() + timedelta(minutes=n)):
            begin()
    done = complete()
    first = drafts.of_owner(actor=me, limit=2)
    rest = drafts.of_owner(actor=me, limit=10, after=first[-1].cursor)
    assert len(first) == 2 and len(rest) == 2
    assert len({line.id for line in (*first, *rest)}) == 4
    progress = {line.id: line.progress for line in (*first, *rest)}
    assert progress[done.id] == 100
    assert all(0 < p < 100 for key, p in progress.items() if key != done.id)
    assert str(first[0].expires_on) == "2026-05-31"
    for cursor in ("x", "2026-01-01|x", "|"):
        assert refused(drafts.of_owner, actor=me, after=cursor).status == 400


def test_a_discarded_draft_is_gone(begin: Begin, me: Actor) -> None:
    draft = begin()
    drafts.discard(draft_id=draft.id, actor=me)
    assert refused(drafts.read, draft_id=draft.id, actor=me).status == 404


def test_a_draft_cannot_swallow_a_library(begin: Begin, me: Actor) -> None:
    said = refused(save, draft=begin(), actor=me, section="load", values={"way": "字" * 2_100_000})
    assert said.status == 413
