"""The whole way in a running house: a case goes to consultation, 浙江's system is told and replies, the case moves on.

Every process is its own: web, workers, chain node, and the provinces' systems in the sandbox, which use the SDK.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from config.environment import BASE
from tests.housing import House

pytestmark = pytest.mark.full
CASES = BASE / "luban/items/solid_waste_disposal/tests/cases.yaml"
WAIT_SECONDS = 120


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A house on the day after the letter went out."""
    with House(workers=2, now="2026-03-10T09:00") as made:
        yield made


def province(house: House, region: str) -> dict[str, Any]:
    """What a province's system received and asked."""
    found: dict[str, Any] = httpx.get(
        f"{house.sandbox_url}/_provinces/{region}", trust_env=False, timeout=30
    ).json()
    return found


def do(house: House, region: str, act: str, **told: Any) -> str:
    """Have a province do something; what came of it."""
    answer = httpx.post(
        f"{house.sandbox_url}/provinces/{region}/do/{act}", json=told, trust_env=False, timeout=60
    )
    return str(answer.json()["outcome"])


def waited(what: Any, *, seconds: float = WAIT_SECONDS) -> Any:
    """The first answer that is something."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.5)
    pytest.fail("it did not come in time")


def played(house: House, folder: Path) -> str:
    """The written case up to its letter, in the running house; its number."""
    entry = next(one for one in yaml.safe_load(CASES.read_text()) if "D-A 部分同意后批准" in one["name"])
    lines = [
        {("on" if key is True else key): value for key, value in one.items()} for one in entry["timeline"]
    ]
    last = next(n for n, line in enumerate(lines) if line["act"] == "sign_letter")
    entry["timeline"] = lines[: last + 1]  # YAML 1.1 reads the key `on` as a truth value
    entry.pop("expect", None)
    file = folder / "cases.yaml"
    file.write_text(yaml.safe_dump([entry], allow_unicode=True))
    env = {
        **os.environ,
        "DATABASE_URL": house.database_url,
        "LUBAN_VAR": str(house.var),
        "LUBAN_SANDBOX_URL": house.sandbox_url,
    }
    env.pop("LUBAN_TEST_SERVER", None)
    words = [sys.executable, "-m", "config.cli", "play", "solid_waste_disposal", str(file), "--only", "D-A"]
    done = subprocess.run(words, cwd=BASE, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[0]


def asked(house: House, number: str) -> dict[str, Any] | None:
    """The consultation of that case as 浙江 received it."""
    for kept in province(house, "330000")["events"]:
        notice = kept["body"]["notice"] or {}
        mine = kept["body"]["core"].get("applicationNo") == number
        if mine and notice.get("action_required") == "REPLY_CONSULTATION":
            return dict(kept)
    return None


def test_a_consultation_is_told_replied_to_and_moves_the_case(house: House, tmp_path: Path) -> None:
    waited(lambda: "推送中" in province(house, "330000")["subscription"])
    do(house, "330000", "fault", fault="refuse", on="1", times=1)
    number = played(house, tmp_path)
    kept = waited(lambda: asked(house, number))
    body = kept["body"]
    assert body["notice"]["due_at"] == "2026-03-23"
    assert body["core"]["status"] == 5 and "s4" in body["sections"]
    assert "agent_id_no" not in str(body["sections"]["s1"])
    assert province(house, "330000")["refused"] == 0
    assert "已确认" in do(house, "330000", "ack", event_id=kept["event_id"])
    outcome = do(house, "330000", "reply", event_id=kept["event_id"], result="2", tonnes="500")
    assert "已提交上链" in outcome, outcome
    step = "select step from cases_case where number = %s"
    waited(lambda: house.rows(step, [number]) == [("draft",)])
    waited(
        lambda: house.rows(
            "select state from ledger_evidencerequest where call = 'reply' and state = 'confirmed'"
        )
    )
    assert house.rows("select count(*) from ledger_chainwrite where function = 'reply'") == [(1,)]
    again = do(house, "330000", "reply", event_id=kept["event_id"], result="1")
    assert "网关拒绝（409" in again
    assert "江苏" not in number and province(house, "340000")["said"] == []


def test_a_province_s_own_filing_comes_to_shanghai(house: House) -> None:
    waited(lambda: "推送中" in province(house, "310000")["subscription"])
    assert "已提交上链" in do(house, "320000", "filing", tonnes=120)

    def came() -> Any:
        told = [kept["body"] for kept in province(house, "310000")["events"]]
        return next((one for one in told if one["core"].get("originProvince") == 320000), None)

    body = waited(came)
    assert body["event_type"] == "FilingCreated" and body["notice"]["notice_type"] == 11
    assert body["sections"]["s3"]["data"]["total_qty_t"] == "120.000"
    quick = house.rows(
        "select extract(epoch from d.done_at - w.confirmed_at) from subscriptions_delivery d"
        " join subscriptions_subscription s on s.id = d.subscription_id"
        " join ledger_chainwrite w on w.record_key = d.record_key and w.function = 'createFiling'"
        " where d.state = 'delivered' and s.region = '310000' and w.account = '320000' order by d.id limit 1"
    )
    assert float(quick[0][0]) < 10
