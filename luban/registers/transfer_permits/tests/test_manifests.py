"""Tonnes gone by the manifests: they make room again and tell the history; an outage changes nothing."""

from decimal import Decimal

import pytest

from luban.links.outcomes import Unavailable
from luban.links.solid_waste.lookups import ManifestRow, ManifestStat
from luban.registers.transfer_permits import manifests, shelf
from luban.registers.transfer_permits.decisions import granted
from luban.registers.transfer_permits.tests.samples import GENERATOR, NOW, licence, view

STAT = ManifestStat(
    permit_no=licence().number,
    generator_uscc=GENERATOR,
    abnormal=1,
    rows=(
        ManifestRow(code="398-004-22", mode="R4", transferred_t=Decimal("120.5")),
        ManifestRow(code="900-249-08"),
    ),
)


@pytest.fixture
def issued():
    shelf.keep(permit=granted(view(state="closed_granted", licences=[licence()]), NOW.date()), at=NOW)


@pytest.mark.django_db
def test_what_the_manifests_say_is_kept_and_unknown_permits_are_passed_over(issued, monkeypatch):
    other = STAT.model_copy(update={"permit_no": "别处"})
    monkeypatch.setattr(manifests, "manifest_stats", lambda *, uscc: (STAT, other))
    assert manifests.refresh(uscc=GENERATOR, at=NOW) == 1
    (held,) = shelf.of_generator(uscc=GENERATOR, day=NOW.date())
    assert (held.rows[0].transferred_t, held.left, held.abnormal) == (Decimal("120.5"), Decimal("179.5"), 1)


@pytest.mark.django_db
def test_an_outage_leaves_what_was_known(issued, monkeypatch):
    def out(*, uscc):
        raise Unavailable("停机")

    monkeypatch.setattr(manifests, "manifest_stats", out)
    with pytest.raises(Unavailable):
        manifests.refresh(uscc=GENERATOR, at=NOW)
    (held,) = shelf.of_generator(uscc=GENERATOR, day=NOW.date())
    assert held.abnormal == 0
