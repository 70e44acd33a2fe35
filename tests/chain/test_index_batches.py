"""A batch of histories checked at once: whole it is silent, one touched event or checkpoint is named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luban.cases.models import Event
from luban.kit.clock import clock
from luban.ledger.models import Checkpoint
from luban.stages.chain.anchor import anchor_histories, run
from luban.stages.chain.incremental import verify_batches
from tests.chain.conftest import Play
from tests.chain.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


def found(world: World) -> list[tuple[int, str]]:
    since = clock.now() - timedelta(days=1)
    return [(one.histories, one.problem) for one in verify_batches(port=world.port, since=since)]


def test_a_batch_is_whole_until_an_event_or_a_checkpoint_is_touched(world: World, played: Play) -> None:
    run(port=world.port, patience=60)
    case = played("solid_waste_utilisation", "2026-03-10T10:00")
    anchor_histories()
    run(port=world.port, patience=60)
    assert found(world) == [(1, "")]
    row = Checkpoint.objects.get()
    Event.objects.filter(case_id=case, seq=row.seq).update(digest="11" * 32)
    ((_, problem),) = found(world)
    assert case in problem and "经过与存证不同" in problem
    Checkpoint.objects.update(head="11" * 32)
    ((_, problem),) = found(world)
    assert "根与链上不同" in problem
