"""What a permit is on a day, found out anew every day and with every manifest."""

from datetime import date
from decimal import Decimal

import pytest

from luban.kit.clock import clock
from luban.links.outcomes import Rejected, Unavailable
from luban.links.solid_waste.lookups import ManifestRow, ManifestStat
from luban.registers.licences import shelf as licences
from luban.registers.licences.parts import LicenceFact
from luban.registers.licences.status import status_on
from luban.registers.transfer_permits import manifests, shelf
from luban.registers.transfer_permits.decisions import granted
from luban.registers.transfer_permits.models import TransferPermit
from luban.registers.transfer_permits.parts import Permit, PermitRow
from luban.registers.transfer_permits.standing import STANDINGS, standing_on
from luban.registers.transfer_permits.tests.samples import GENERATOR, NOW, licence, view, waste

FIRST, LAST = date(2026, 8, 1), date(2027, 7, 31)


def permit(status="issued", gone=("0", "0")):
    rows = tuple(
        PermitRow(code=code, mode="R4", approved_t=Decimal(100), transferred_t=Decimal(tonnes))
        for code, tonnes in zip(("398-004-22", "398-051-22"), gone, strict=True)
    )
    return Permit(
        permit_no="沪环危转许〔2026〕0001号", generator_uscc="G", receiver_uscc="R", valid_from=FIRST,
        valid_to=LAST, status=status, rows=rows,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("held", "day", "standing"),
    [
        (permit("reserved"), date(2026, 7, 21), "reserved"),
        (permit(), date(2026, 7, 31), "not_yet"),
        (permit(), FIRST, "valid"),
        (permit(), LAST, "valid"),
        (permit(), date(2027, 8, 1), "expired"),
        (permit(gone=("100", "99.9999")), FIRST, "valid"),
        (permit(gone=("200", "50")), FIRST, "valid"),
        (permit(gone=("100", "100")), FIRST, "used_up"),
        (permit(gone=("100", "100")), date(2027, 8, 1), "expired"),
        (permit("superseded"), date(2027, 8, 1), "superseded"),
        (permit("revoked"), FIRST, "revoked"),
        (permit("cancelled"), FIRST, "cancelled"),
    ],
)
def test_the_order_of_the_vocabulary_holds(held, day, standing):
    assert standing_on(held, day) == standing
    assert standing in STANDINGS


@pytest.fixture
def issued():
    """A permit of 300 and 120 t that is out, and its licence."""
    paper = licence()
    held = granted(
        view(wastes=[waste(), waste(code="398-051-22", apply_t="120")], state="closed_granted", licences=[paper]),
        NOW.date(),
    )  # fmt: skip
    shelf.keep(permit=held, at=NOW)
    licences.issue(
        licence=LicenceFact(
            number=paper.number, holder=GENERATOR, valid_from=FIRST, valid_to=LAST, token=paper.token,
            case_id="c", case_number="n", item="i", document="permit", title="t", quantity={"qty_t": "420.0000"},
        ),
        at=NOW,
    )  # fmt: skip
    return held


def standing_now():
    return TransferPermit.objects.values_list("standing", flat=True).get()


@pytest.mark.django_db
def test_every_day_it_is_found_out_anew(issued):
    assert standing_now() == "not_yet"
    for day, changed, standing in (
        ("2026-07-31", 0, "not_yet"),
        ("2026-08-01", 1, "valid"),
        ("2027-07-31", 0, "valid"),
        ("2027-08-01", 1, "expired"),
        ("2027-08-02", 0, "expired"),
    ):
        with clock.at(f"{day}T00:10"):
            assert manifests.restate_today() == changed
            assert standing_now() == standing


def told(*tonnes, number=None):
    rows = tuple(
        ManifestRow(code=code, mode="R4", transferred_t=Decimal(one))
        for code, one in zip(("398-004-22", "398-051-22"), tonnes, strict=True)
    )
    return ManifestStat(permit_no=number or licence().number, generator_uscc=GENERATOR, rows=rows)


@pytest.mark.django_db
def test_the_days_round_brings_the_tonnes_and_the_qr_page_says_used_up_only_when_every_row_is(
    issued, monkeypatch
):
    gone: list[ManifestStat] = []
    monkeypatch.setattr(manifests, "manifest_stats", lambda *, uscc: gone[-1:])
    with clock.at("2026-09-01T02:10"):
        gone.append(told("400", "60"))
        assert manifests.refresh_all() == 1
        held = licences.find(token=licence().token)
        assert (held.used_t, status_on(held, date(2026, 9, 1)).code) == (Decimal(360), "valid")
        assert standing_now() == "valid"
        gone.append(told("300", "120"))
        manifests.refresh_all()
        assert status_on(licences.find(token=licence().token), date(2026, 9, 1)).code == "used_up"
        assert standing_now() == "used_up"


@pytest.mark.django_db
def test_an_outage_is_handed_on_so_that_the_round_is_made_again_and_a_refusal_is_passed_over(
    issued, monkeypatch
):
    failing = [Rejected("E400", "不认识"), Unavailable("停机")]

    def out(*, uscc):
        raise failing[0]

    monkeypatch.setattr(manifests, "manifest_stats", out)
    with clock.at("2026-09-01T02:10"):
        assert manifests.refresh_all() == 0
        failing.pop(0)
        with pytest.raises(Unavailable):
            manifests.refresh_all()
    with clock.at("2027-09-01T02:10"):
        assert manifests.refresh_all() == 0, "nobody is asked of permits that have ended"
