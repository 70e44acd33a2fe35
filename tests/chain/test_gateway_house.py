"""Shanghai comes through the gateway like everybody: in the transaction of its evidence, once, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from luban.ledger.models import ChainWrite, EvidenceRequest, Snapshot
from luban.links.outbox import queue
from luban.links.outbox.effects import EffectView
from luban.links.outbox.models import Effect
from luban.links.outcomes import Unavailable
from luban.stages.chain import record as recording
from luban.stages.gateway.kept import content_of
from luban.stages.gateway.models import Asked, ChainApp, Content
from tests.chain.conftest import Play

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]
FILING = "solid_waste_utilisation"


@pytest.fixture
def effects(played: Play) -> list[EffectView]:
    """The evidence effects of a filing, already performed."""
    case = played(FILING, "2026-03-10T10:00")
    return [
        queue.view_of(effect=row) for row in Effect.objects.filter(case=case, kind="evidence").order_by("id")
    ]


def kept() -> tuple[int, ...]:
    return tuple(
        model.objects.exclude(**without).count()
        for model, without in (
            (EvidenceRequest, {}),
            (Snapshot, {}),
            (Content, {}),
            (Asked, {}),
            (ChainWrite, {"group": "setup"}),
        )
    )


def test_our_records_are_handed_over_as_the_application_of_shanghai(effects: list[EffectView]) -> None:
    app = ChainApp.objects.get()
    assert (app.region, app.created_by) == ("310000", "系统")
    assert [a.request_id for a in Asked.objects.order_by("id")] == [one.key for one in effects]
    snapshot = Snapshot.objects.get()
    content = content_of(record_key=snapshot.record_key)
    assert content is not None and content.whole
    assert (content.form_digest, content.core["applicationNo"]) == (
        snapshot.form_digest,
        snapshot.core["applicationNo"],
    )
    assert dict(content.section_digests) == snapshot.section_digests


def test_a_request_performed_again_changes_nothing(effects: list[EffectView]) -> None:
    """Killed after the commit and before the effect was marked done: the key is the same, so it counts once."""
    before = kept()
    for one in effects:
        recording.record(one)
    assert kept() == before == (2, 1, 1, 2, 2)
    Asked.objects.all().delete()  # seven days later
    recording.record(effects[0])
    assert ChainWrite.objects.filter(request_id=effects[0].key).count() == 1


def test_killed_in_between_nothing_is_kept(
    effects: list[EffectView], monkeypatch: pytest.MonkeyPatch
) -> None:
    for model in (EvidenceRequest, Snapshot, Content, Asked, ChainWrite):
        model.objects.all().delete()

    def killed(*_: Any, **__: Any) -> None:
        assert ChainWrite.objects.exists() and Content.objects.exists()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(recording, "_snapshot", killed)
        recording.record(effects[0])
    assert kept() == (0, 0, 0, 0, 0)
    recording.record(effects[0])
    assert kept() == (1, 1, 1, 1, 1)


def test_a_suspended_application_of_ours_keeps_our_records_waiting(effects: list[EffectView]) -> None:
    for model in (EvidenceRequest, Snapshot, Content, Asked, ChainWrite):
        model.objects.all().delete()
    ChainApp.objects.update(state="suspended")
    with pytest.raises(Unavailable, match="已停用"):
        recording.record(effects[0])
    assert kept() == (0, 0, 0, 0, 0)
    ChainApp.objects.update(state="active")
    recording.record(effects[0])
    assert kept() == (1, 1, 1, 1, 1)
