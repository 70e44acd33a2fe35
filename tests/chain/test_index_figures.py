"""The figures of the chain as the running house obtains them: once in ten seconds, stale when they are, null before."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from luban.faces.api.chain_table import TABLE
from luban.kit.clock import Clock, clock
from luban.ledger.index import advance_index
from luban.ledger.models import ChainEvent, ChainRecord, ChainWrite, Verification
from luban.stages.chain import figures as kept
from luban.stages.chain.anchor import run
from luban.stages.chain.figures import NAMES, figures
from luban.stages.chain.figures_delivery import delivery_rate
from luban.stages.chain.figures_feed import checks, hours, newest
from luban.stages.subscriptions.models import Delivery, Subscription
from tests.chain.conftest import Play
from tests.chain.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


def test_before_any_figure_was_obtained_each_is_null(world: World) -> None:
    world.down = True
    told = figures(port=world.port).as_json()
    assert (told["stale"], told["as_of"]) == (True, None)
    assert {told[name] for name in NAMES} == {None}


def test_a_small_known_chain_is_counted(world: World, played: Play, day: Clock) -> None:
    run(port=world.port, patience=60)
    played("solid_waste_utilisation", "2026-03-10T10:00")
    run(port=world.port, patience=60)
    advance_index(port=world.port)
    sent = ChainWrite.objects.filter(state="confirmed").count()
    told = figures(port=world.port).as_json()
    assert told["latest_block_height"] == world.port.head().number
    assert told["total_transactions"] == told["today_transactions"] == sent
    assert (told["node_count"], told["node_online"]) == (1, 1)
    assert (told["contract_count"], told["business_contract_count"]) == (6, 4)
    assert told["contract_call_count"] == sent - 6, "deployments are no calls"
    assert (told["filings_total"], told["filings_year"], told["revocations_total"]) == (1, 1, 0)
    record = ChainRecord.objects.get(kind="UF")
    assert told["by_route"][0]["tonnage"] == told["tonnage_year"] == record.total_kg / 1000
    assert (told["verify_pass_rate"], told["delivery_success_rate_24h"]) == (None, None)
    assert (told["stale"], told["pending_outbox"]) == (False, 0)
    assert told["as_of"] == "2026-03-10T10:00:00+08:00"
    json.dumps(told)
    lines = newest()
    assert [line.title for line in lines] == ["准予备案", "备案申请存证"]
    assert "****" in lines[0].uscc and lines[0].uscc not in record.core["generatorUscc"]
    assert sum(hour.transactions for hour in hours()) == sent


def test_figures_are_kept_for_ten_seconds_and_stay_when_the_chain_is_gone(world: World) -> None:
    run(port=world.port, patience=60)
    advance_index(port=world.port)
    with clock.at("2026-03-10T10:00:00"):
        first = figures(port=world.port)
    ChainWrite.objects.create(
        request_id="t", group="t", account="admin", contract="x", function="x", arguments={},
        state="pending", created_at=clock.now(),
    )  # fmt: skip
    with clock.at("2026-03-10T10:00:09"):
        assert figures(port=world.port) == first
    with clock.at("2026-03-10T10:00:11"):
        assert figures(port=world.port).values["pending_outbox"] == 1
    world.down = True
    with clock.at("2026-03-10T10:05:00"):
        gone = figures(port=world.port)
        assert (gone.stale, gone.values["latest_block_height"]) == (True, first.values["latest_block_height"])
        assert gone.as_json()["as_of"] == "2026-03-10T10:00:11+08:00"
        assert figures(port=world.port).stale
    world.down = False
    with clock.at("2026-03-10T10:05:11"):
        assert not figures(port=world.port).stale


def test_an_index_that_fell_behind_makes_the_figures_stale(world: World) -> None:
    run(port=world.port, patience=60)
    with clock.at("2026-03-10T10:00:00"):
        assert figures(port=world.port).stale, "nothing was read yet"
        advance_index(port=world.port)
    with clock.at("2026-03-10T10:00:20"):
        assert not figures(port=world.port).stale
    kept.ChainCursor.objects.update(last_block=1)
    with clock.at("2026-03-10T10:04:00"):
        assert figures(port=world.port).stale


def test_the_delivery_rate_is_of_what_was_settled_in_a_day(day: Clock) -> None:
    assert delivery_rate(now=clock.now()) is None
    to = Subscription.objects.create(
        id="s1", app_key="ak", region="320000", name="x", callback_url="https://x", event_types=[], contracts=[],
        scope="party", start_from="latest", include_sections=False, max_concurrency=4, state="active",
        position=0, created_at=clock.now(), updated_at=clock.now(),
    )  # fmt: skip
    for n, (state, hours_ago) in enumerate(
        [("delivered", 1), ("delivered", 2), ("delivered", 3), ("dead", 4), ("dead", 30), ("waiting", None)]
    ):
        Delivery.objects.create(
            subscription=to, event_seq=n, event_id=f"{n:032x}", event_type="x", record_key="", block_number=1,
            log_index=n, state=state, created_at=clock.now(),
            done_at=None if hours_ago is None else clock.now() - timedelta(hours=hours_ago),
        )  # fmt: skip
    assert delivery_rate(now=clock.now()) == 0.75


def test_verifications_of_thirty_days_are_counted(day: Clock) -> None:
    for n, result in enumerate(["consistent", "consistent", "db_tampered", "anchor_pending"]):
        Verification.objects.create(
            record_key=f"{n:064x}", version=1, record="UF", case="x", case_no="x", result=result,
            severity="", report={}, checked_at=clock.now() - timedelta(days=40 if n == 1 else 1),
        )  # fmt: skip
    found = checks()
    assert (found.made, found.agreed, found.waiting, found.differing) == (3, 1, 1, 1)
    assert not ChainEvent.objects.exists() and newest() == ()


def test_the_gateway_answers_the_figures_to_the_scope_dashboard_alone() -> None:
    (metrics,) = [one for one in TABLE if one.name == "get_metrics"]
    assert (metrics.method, metrics.path, metrics.scopes) == ("GET", "dashboard/metrics", ("dashboard",))
    file = Path(__file__).parents[2] / "docs" / "api" / "paths" / "chain-dashboard.yaml"
    told = yaml.safe_load(file.read_text(encoding="utf-8"))["paths"]
    assert told[f"/chain-gw/v1/{metrics.path}"]["get"]["operationId"] == metrics.name
