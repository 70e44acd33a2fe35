"""Two officials approve one restoration in the same moment: it is written once, and the other is told by whom."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from django.db import connections

from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.ledger.models import ChainDisposal, ChainRestoration
from luban.people.actor import Actor
from luban.stages.chain.observed import Record
from tests.chain.test_restoring import (
    SECOND,
    approved,
    filed,  # noqa: F401
    other_receiver,
    proposed,
    row_of,
    touch_row,
)
from tests.chain.world import World

THIRD = replace(SECOND, account="city_director", name="处长甲", role="city_director")

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("day")]


def test_two_approve_at_once_and_one_is_told(world: World, filed: Record) -> None:  # noqa: F811
    before = row_of(filed).mac
    touch_row(filed, other_receiver)
    made, start, outcomes = proposed(world, filed), threading.Barrier(2), []

    def decide(by: Actor) -> None:
        start.wait()
        try:
            with clock.at("2026-03-10T11:00"):
                outcomes.append(approved(world, filed, made, by=by))
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=(by,)) for by in (SECOND, THIRD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["DECIDED", "consistent"]
    assert ChainRestoration.objects.get().state == "approved"
    assert (ChainDisposal.objects.count(), row_of(filed).mac) == (1, before)
