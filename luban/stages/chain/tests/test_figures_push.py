"""The push to the government's big screen: only where wanted, the newest only, names as their side wants them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from luban.kit.clock import clock
from luban.links.gov_screen import client
from luban.links.outcomes import Unavailable
from luban.stages.chain import figures_push
from luban.stages.chain.figures import NAMES, Figures


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, Any]]:
    bodies: list[Mapping[str, Any]] = []
    monkeypatch.setattr(client, "send", lambda **given: bodies.append(given["body"]))
    values = {**dict.fromkeys(NAMES), "latest_block_height": 34}
    at = clock.now()
    monkeypatch.setattr(figures_push, "figures", lambda: Figures(values, at, stale=False))
    return bodies


def test_nothing_is_pushed_without_an_address(settings: Any, sent: list[Mapping[str, Any]]) -> None:
    settings.LUBAN_LINKS = {}
    assert figures_push.push_figures() is False
    assert sent == []


def test_figures_go_under_the_names_of_the_other_side(settings: Any, sent: list[Mapping[str, Any]]) -> None:
    settings.LUBAN_LINKS = {
        "gov_screen": {
            "base_url": "https://example.invalid",
            "fields": {"latest_block_height": "blockHeight"},
        }
    }
    assert figures_push.push_figures() is True
    (body,) = sent
    assert body["blockHeight"] == 34 and "latest_block_height" not in body
    assert client.Metrics.model_validate(body).as_of.endswith("+08:00")


def test_what_did_not_arrive_is_not_sent_later(
    settings: Any, sent: list[Mapping[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**given: object) -> None:
        raise Unavailable("停机")

    settings.LUBAN_LINKS = {"gov_screen": "https://example.invalid"}
    monkeypatch.setattr(client, "send", away)
    assert figures_push.push_figures() is False
    assert sent == []
