"""`luban verify` over a filing and its revocation: silent while nothing was touched, and it names whatever was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from luban.cases import house
from luban.cases.models import Case, CaseVersion, Document, Event
from luban.kit import registry
from luban.kit.clock import clock
from luban.ledger.models import EvidenceRequest
from luban.links.outbox import worker
from luban.links.outbox.models import Effect
from luban.people.directory import install_bureaus
from luban.registers.licences.models import Licence
from luban.registers.numbering.numbers import void
from luban.stages.integrity.check import check_all
from luban.stages.trial import read_cases
from luban.stages.trial.play import play
from tests.papers.walk import SealService

ITEMS = Path(__file__).parents[2] / "luban" / "items"
FILING, REVOCATION = "solid_waste_utilisation", "solid_waste_revocation"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


def work_off(day: str) -> None:
    """What the workers do, partners aside."""
    with clock.at(day):
        for kind in ("document", "evidence"):
            lanes = Effect.objects.filter(kind=kind, done_at__isnull=True).values_list("lane", flat=True)
            for lane in sorted(set(lanes)):
                worker.drain(lane=lane)


def played(code: str, day: str) -> str:
    entry = read_cases(ITEMS / code / "tests" / "cases.yaml")[0]
    case = play(item=registry.get(code), entry=entry).case_id
    work_off(day)
    return case


@pytest.fixture
def filed(seal_service: SealService) -> str:
    """A filing in force."""
    install_bureaus()
    return played(FILING, "2026-03-10T10:00")


@pytest.fixture
def revoked(filed: str) -> str:
    """The filing, revoked; returns the revocation's case."""
    return played(REVOCATION, "2026-08-12T15:00")


def test_nothing_touched_nothing_found(revoked: str) -> None:
    checked = check_all()
    assert checked.faults == ()
    assert (checked.cases, checked.licences) == (2, 1)
    assert checked.papers >= 2
    assert checked.evidence >= 2
    assert Licence.objects.get().status == "revoked"


def touch_event(case: str) -> None:
    Event.objects.filter(case_id=case, seq=2).update(actor_name="别人")


def drop_event(case: str) -> None:
    Event.objects.filter(case_id=case).order_by("-seq")[0].delete()


def touch_head(case: str) -> None:
    Case.objects.filter(pk=case).update(head="0" * 64)


def touch_application(case: str) -> None:
    version = CaseVersion.objects.get(case_id=case)
    table = next(v for v in version.payload["waste"].values() if isinstance(v, list))
    table[0]["planned_qty_t"] = "9999.000"
    version.save()


def touch_file(case: str) -> None:
    path = house.objects()._path(Document.objects.filter(case_id=case)[0].sm3)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def lose_file(case: str) -> None:
    house.objects()._path(Document.objects.filter(case_id=case)[0].sm3).unlink()


def void_number(case: str) -> None:
    void(number=Licence.objects.get().number, by="someone", reason="试")


def swap_file(case: str) -> None:
    Licence.objects.update(file_sm3=house.objects().put(b"another file"))


def lengthen(case: str) -> None:
    Licence.objects.update(valid_to="2030-12-31")


def more_tonnes(case: str) -> None:
    row = Licence.objects.get()
    row.quantity["qty_t"] = "99999.000"
    row.save()


def say_another(case: str) -> None:
    row = Licence.objects.get()
    row.shows[0][1] = "另一家公司"
    row.save()


def drop_licence(case: str) -> None:
    Licence.objects.all().delete()


def revoke_by_hand(case: str) -> None:
    Licence.objects.update(status="revoked", changed_by="GFCX-310115-2026-0099")


def touch_evidence(case: str) -> None:
    EvidenceRequest.objects.filter(case=case).update(form_digest="0" * 64)


@pytest.mark.parametrize(
    ("touch", "table", "words"),
    [
        (touch_event, "cases_event", "内容与摘要不符"),
        (drop_event, "cases_case", "有经过被删改"),
        (touch_head, "cases_case", "有经过被删改"),
        (touch_application, "ledger_evidencerequest", "申请内容或存证被改动过"),
        (touch_file, "cases_document", "存档文件被改动过"),
        (lose_file, "cases_document", "存档文件不见了"),
        (void_number, "cases_document", "已登记作废"),
        (swap_file, "licences_licence", "不是本办件盖章的文书"),
        (lengthen, "licences_licence", "有效期与办件不符"),
        (more_tonnes, "licences_licence", "数量与办件不符"),
        (say_another, "licences_licence", "公示内容与办件不符"),
        (drop_licence, "licences_licence", "证照登记里没有它"),
        (revoke_by_hand, "licences_licence", "没有作出撤销决定的办件"),
        (touch_evidence, "ledger_evidencerequest", "form_digest"),
    ],
)
def test_whatever_was_touched_is_named(
    filed: str, touch: Callable[[str], None], table: str, words: str
) -> None:
    number = Licence.objects.get().number
    touch(filed)
    faults = check_all().faults
    assert [f for f in faults if f.table == table and words in f.problem], faults
    known = (Case.objects.get(pk=filed).number, number)
    assert all(any(name in f.row for name in known) for f in faults)


def test_a_revoked_licence_made_good_again_is_named(revoked: str) -> None:
    Licence.objects.update(status="issued", changed_by="", status_reason="")
    touched, fault = check_all().faults
    assert {touched.table, fault.table} == {"licences_licence"}
    assert "status、status_reason、changed_by" in touched.problem
    assert Case.objects.get(pk=revoked).number in fault.problem


def test_evidence_is_kept_once(filed: str) -> None:
    before = EvidenceRequest.objects.count()
    Effect.objects.filter(kind="evidence").update(state="pending", done_at=None, attempts=0)
    work_off("2026-03-11T10:00")
    assert EvidenceRequest.objects.count() == before > 0
    assert set(EvidenceRequest.objects.values_list("state", flat=True)) == {"pending"}
