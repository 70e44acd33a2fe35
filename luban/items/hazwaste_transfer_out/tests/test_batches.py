"""Letters and permits in batches (§8 批量征询函、批量制证; fact 19), in the real house: kept, worked off, tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from luban.cases import house
from luban.cases.models import Batch, BatchLine, Case, CaseVersion, Document, Event
from luban.items.hazwaste_transfer_out.item import ITEM
from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.links.messages import Receipt
from luban.links.outbox import worker
from luban.links.outbox.models import Effect
from luban.people.actor import Actor
from luban.people.directory import install_bureaus
from luban.registers.licences.models import Licence
from luban.registers.numbering.models import Issued
from luban.stages.licence import authorities, give_up, make
from luban.stages.review.batch import chosen
from luban.stages.review.batch_book import begin, find
from luban.stages.review.batch_check import check
from luban.stages.review.batch_fate import Fate, fates_of
from luban.stages.review.batch_run import retry, run, unfinished
from luban.stages.share import tell as telling
from luban.stages.trial import read_cases
from luban.stages.trial.house import context_for
from luban.stages.trial.play import play
from luban.stages.trial.registers import in_memory
from tests.papers.walk import SealService

CASE = read_cases(Path(__file__).with_name("cases.yaml"))[0]
SHANGHAI = "310000"
BUREAU = "上海市生态环境局"
LI = Actor("li", "示例李", "city_reviewer", SHANGHAI, BUREAU, SHANGHAI)
ZHAO = Actor("zhao", "示例赵", "city_director", SHANGHAI, BUREAU, SHANGHAI)
NOBODYS_PROVINCE = "650000"
FIRST, SECOND = "沪环危转商〔2026〕0001号", "沪环危转商〔2026〕0002号"
DAY = "2026-07-08T10:00:00"


@pytest.fixture(autouse=True)
def _told(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Registers answer what the case says they know; a province has no department; partners take what they are told."""
    known = context_for(item=ITEM, entry=CASE, registers=in_memory(item=ITEM, entry=CASE)).providers
    providers, commands = house.offers()
    one_firm = {
        **commands,
        "transfer_permits.apply": lambda **_: None,
    }  # which may apply once for the same waste
    monkeypatch.setattr(house, "offers", lambda: ({**providers, **known}, one_firm))
    offices = house._offices
    monkeypatch.setattr(
        house, "_offices", lambda: {k: v for k, v in offices().items() if k != NOBODYS_PROVINCE}
    )
    monkeypatch.setattr(authorities, "_folder", lambda: tmp_path / "authorities")
    monkeypatch.setattr(telling, "deliver", _taken)
    house.forget()
    install_bureaus()
    yield
    house.forget()


def _taken(*, link: str, name: str, body: Any, key: str) -> Receipt:
    return Receipt(link, name, f"SQ-{key}", data={"state": "delivered"})


@pytest.fixture
def seals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SealService:
    service = SealService(tmp_path / "seal")
    monkeypatch.setattr(make, "RemoteSeal", service)
    return service


@pytest.fixture
def ready() -> Callable[[int, str], list[str]]:
    """Cases that have come as far as the act named; their numbers."""

    def cases(many: int, act: str) -> list[str]:
        until = next(n for n, line in enumerate(CASE.timeline) if line.act == act)
        entry = CASE.model_copy(update={"timeline": CASE.timeline[:until]})
        return [play(item=ITEM, entry=entry).number for _ in range(many)]

    return cases


def asked(numbers: Sequence[str], action: str, by: Actor, *, request: str, together: bool = False) -> Batch:
    rows, found = chosen(numbers=numbers, actor=by, action=action)
    checked = check(rows=rows, action=found, actor=by)
    return begin(checked=checked, actor=by, words={}, together=together, request_id=request)


def taken(numbers: Sequence[str], action: str, by: Actor, *, request: str, together: bool = False) -> Batch:
    batch = asked(numbers, action, by, request=request, together=together)
    run(batch_id=str(batch.pk))
    return batch


def states(batch: Batch) -> list[str]:
    return list(batch.lines.order_by("place").values_list("state", flat=True))


def fates(batch: Batch, by: Actor = LI) -> list[Fate]:
    kept, lines = find(number=batch.number, actor=by)
    found = fates_of(batch=kept, lines=lines)
    return [found[line.pk] for line in lines]


def drain() -> None:
    """The workers do everything that waits, documents first."""
    for kind in ("document", "share"):
        wanted = Effect.objects.filter(kind=kind, done_at=None)
        for lane in dict.fromkeys(wanted.order_by("id").values_list("lane", flat=True)):
            worker.drain(lane=lane)


def due_again() -> None:
    Effect.objects.filter(state="retrying").update(next_at=clock.now())


def without_department(number: str) -> None:
    """The case's receiver stands in a province whose department is not registered."""
    version = CaseVersion.objects.get(case__number=number)
    version.payload["receiver"]["receiver_province"] = NOBODYS_PROVINCE
    version.save(update_fields=["payload"])


def letters() -> list[Document]:
    return list(Document.objects.filter(code="consultation_letter").order_by("number", "case__number"))


def text_of(paper: Document) -> str:
    pdf = pypdfium2.PdfDocument(house.objects().get(paper.sm3))
    return "".join(page.get_textpage().get_text_range() for page in pdf).replace("\r\n", "").replace("\n", "")


def test_of_three_letters_one_without_addressee_two_are_done_one_is_struck_out_and_a_repeat_makes_none(
    ready, seals
):
    numbers = ready(3, "draft_letter")
    without_department(numbers[1])
    with clock.at(DAY):
        batch = taken(numbers, "draft_letter", LI, request="b1")
        assert batch.number == "ZX20260708001"
        assert sorted(states(batch)) == ["done", "done", "struck"]
        struck = batch.lines.get(state="struck")
        assert struck.case.number == numbers[1]
        assert "没有新疆维吾尔自治区生态环境主管部门的函件抬头" in struck.reason
        signed = taken([numbers[0], numbers[2]], "sign_letter", ZHAO, request="b2")
        drain()
        assert [paper.number for paper in letters()] == [FIRST, SECOND]

        assert taken(numbers, "draft_letter", LI, request="b1") == batch
        assert run(batch_id=str(signed.pk)) == 0
        with pytest.raises(Refused, match="刷新清单"):
            asked([numbers[0], numbers[2]], "sign_letter", ZHAO, request="b3")
        drain()
        assert len(letters()) == 2
        assert Event.objects.filter(action="sign_letter").count() == 2
        assert Batch.objects.count() == 2


def test_a_letter_goes_from_draft_to_delivered_to_replied_and_nothing_of_it_is_stored(ready, seals):
    numbers = ready(2, "draft_letter")
    with clock.at(DAY):
        drafted = taken(numbers, "draft_letter", LI, request="b1")
        assert [fate.code for fate in fates(drafted)] == ["draft", "draft"]
        signed = taken(numbers, "sign_letter", ZHAO, request="b2")
        assert [fate.code for fate in fates(signed)] == ["signing", "signing"]
        assert [fate.code for fate in fates(drafted)] == ["signing", "signing"]
        Effect.objects.filter(kind="share").update(state="cancelled", done_at=clock.now())
        drain()
        assert [fate.code for fate in fates(signed)] == ["signed", "signed"]
        Effect.objects.filter(kind="share", link="mee_hazwaste").update(state="pending", done_at=None)
        drain()
        assert [(fate.code, fate.number) for fate in fates(signed)] == [
            ("delivered", FIRST),
            ("delivered", SECOND),
        ]
    with clock.at("2026-07-23T10:00:00"):
        assert [fate.code for fate in fates(drafted)] == ["overdue", "overdue"]
        case = Case.objects.get(number=numbers[0])
        said = {"conclusion": "agree", "reply_no": "浙环函〔2026〕88号", "replied_on": "2026-07-22"}
        by = Actor("zj", "示例浙", "province_officer", "330000", "浙江省生态环境厅", "330000")
        house.take(case_id=str(case.pk), action="reply", by=by, data=said, request_id="r")
        other = Case.objects.get(number=numbers[1])
        firm = Actor("firm", "示例", "applicant", other.applicant, other.applicant_name, "310115")
        house.take(case_id=str(other.pk), action="withdraw_consulted", by=firm, data={}, request_id="w")
        assert {fate.code for fate in fates(drafted)} == {"replied_agree", "withdrawn"}


def test_three_cases_of_a_province_share_one_letter_under_one_number(ready, seals):
    numbers = ready(3, "draft_letter")
    with clock.at(DAY):
        drafted = taken(numbers, "draft_letter", LI, request="b1", together=True)
        assert set(drafted.lines.values_list("group", flat=True)) == {"330000"}
        rows, action = chosen(numbers=numbers, actor=ZHAO, action="sign_letter")
        assert check(rows=rows, action=action, actor=ZHAO).drafted_together
        signed = taken(numbers, "sign_letter", ZHAO, request="b2", together=True)
        drain()
        papers = letters()
        assert {paper.case.number for paper in papers} == set(numbers)
        assert {(paper.number, paper.state) for paper in papers} == {(FIRST, "sealed")}
        assert len({(paper.sm3, paper.token, paper.joint) for paper in papers}) == 1
        assert seals.asked >= 1
        assert Issued.objects.filter(number__startswith="沪环危转商").count() == 1
        said = text_of(papers[0])
        assert all(number in said for number in numbers)
        assert "共 3 件，合计 1260 吨" in said
        assert [(fate.code, fate.cases) for fate in fates(signed)] == [("delivered", 3)] * 3
        assert [house.numbered_by(case_id=str(p.case_id), seq=99)["consultation_letter"] for p in papers] == [
            FIRST
        ] * 3


def test_a_case_of_a_merged_letter_that_fails_leaves_the_others_and_gets_a_letter_of_its_own_later(
    ready, seals
):
    numbers = ready(3, "draft_letter")
    with clock.at(DAY):
        taken(numbers, "draft_letter", LI, request="b1", together=True)
        batch = asked(numbers, "sign_letter", ZHAO, request="b2", together=True)
        moved = Case.objects.get(number=numbers[1])
        sent_back = {"opinion": "抬头再核对"}
        house.take(case_id=str(moved.pk), action="return_letter", by=ZHAO, data=sent_back, request_id="back")
        run(batch_id=str(batch.pk))
        drain()
        assert sorted(states(batch)) == ["done", "done", "failed"]
        failed = batch.lines.get(state="failed")
        assert "有了新的进展" in failed.reason
        assert {(p.case.number, p.number) for p in letters()} == {(numbers[0], FIRST), (numbers[2], FIRST)}

        house.take(case_id=str(moved.pk), action="draft_letter", by=LI, data={}, request_id="again")
        assert "已办理" in retry(number=batch.number, line_id=failed.pk, actor=ZHAO)
        drain()
        assert [(p.number, p.case.number) for p in letters()][-1] == (SECOND, numbers[1])
        with pytest.raises(Refused, match="没有受阻"):
            retry(number=batch.number, line_id=failed.pk, actor=ZHAO)
        with pytest.raises(Refused, match="岗位权限"):
            retry(number=batch.number, line_id=failed.pk, actor=LI)


def test_a_merged_letter_goes_on_without_a_case_whose_paper_is_given_up(ready, seals):
    numbers = ready(3, "draft_letter")
    with clock.at(DAY):
        taken(numbers, "draft_letter", LI, request="b1", together=True)
        drain()
        seals.out = True
        signed = taken(numbers, "sign_letter", ZHAO, request="b2", together=True)
        drain()
        assert {(p.number, p.state) for p in letters()} == {(FIRST, "reserved")}
        assert {fate.code for fate in fates(signed)} == {"signing"}
        first = Case.objects.get(number=numbers[0])
        stuck = Effect.objects.get(case=str(first.pk), name="consultation_letter", kind="document")
        give_up.cancel(effect_id=stuck.pk, by="zhao", reason="企业要求单独发函")
        seals.out = False
        due_again()
        drain()
        assert {p.case.number: (p.number, p.state) for p in letters()} == {
            numbers[0]: (FIRST, "void"),
            numbers[1]: (FIRST, "sealed"),
            numbers[2]: (FIRST, "sealed"),
        }
        assert not Issued.objects.get(number=FIRST).voided_at
        kept = Document.objects.get(case__number=numbers[1], code="consultation_letter")
        assert numbers[0] not in text_of(kept)


def test_a_permit_whose_seal_failed_is_sealed_again_under_its_number_and_the_others_are_not_held_up(
    ready, seals, monkeypatch: pytest.MonkeyPatch
):
    numbers = ready(3, "certify")
    with clock.at("2026-07-22T10:00:00"):
        drain()
        batch = taken(numbers, "certify", LI, request="z1")
        assert batch.number == "ZZ20260722001"
        sick = str(batch.lines.get(place=2).case_id)
        real = make.sealed_bytes

        def broken(job: Any, paper: Any) -> Any:
            seals.out = job.case_id == sick
            return real(job, paper)

        monkeypatch.setattr(make, "sealed_bytes", broken)
        drain()
        found = fates(batch)
        assert [fate.code for fate in found] == ["signed", "signing", "signed"]
        number = found[1].number
        assert number
        assert found[1].trouble == "无法连接对方系统。"
        assert found[1].again
        assert Licence.objects.count() == 2

        monkeypatch.setattr(make, "sealed_bytes", real)
        seals.out = False
        line = batch.lines.get(place=2)
        assert "文号不变" in retry(number=batch.number, line_id=line.pk, actor=LI)
        drain()
        assert [fate.code for fate in fates(batch)] == ["signed"] * 3
        assert Licence.objects.get(case_id=sick).number == number
        assert Issued.objects.filter(number__startswith="沪环危转许").count() == 3


def test_a_batch_left_by_a_killed_worker_is_found_and_finished(ready, seals):
    numbers = ready(2, "draft_letter")
    with clock.at(DAY):
        batch = asked(numbers, "draft_letter", LI, request="b1")
        assert unfinished() == [str(batch.pk)]
        first = batch.lines.get(place=1)
        BatchLine.objects.filter(pk=batch.lines.get(place=2).pk).update(state="done")
        run(batch_id=str(batch.pk))
        BatchLine.objects.filter(batch=batch, place=2).update(state="waiting")
        assert run(batch_id=str(batch.pk)) == 1
        assert unfinished() == []
        first.refresh_from_db()
        assert first.event_seq == Event.objects.get(case_id=first.case_id, action="draft_letter").seq
        assert Event.objects.filter(action="draft_letter").count() == 2


def test_the_one_who_drafted_a_letter_cannot_sign_it_in_a_batch_either(ready):
    numbers = ready(1, "sign_letter")
    drafter = Actor("li", "示例李", "city_director", SHANGHAI, BUREAU, SHANGHAI)
    with clock.at(DAY):
        rows, action = chosen(numbers=numbers, actor=drafter, action="sign_letter")
        checked = check(rows=rows, action=action, actor=drafter)
        account = Case.objects.get(number=numbers[0]).actors["draft_letter"]
        same = check(
            rows=rows,
            action=action,
            actor=Actor(account, "示例", "city_director", SHANGHAI, BUREAU, SHANGHAI),
        )
        assert same.struck
        assert not same.open
        with pytest.raises(Refused, match="都不符合条件"):
            begin(checked=same, actor=ZHAO, words={}, together=False, request_id="n")
        assert checked.candidates
    assert not Batch.objects.exists()
