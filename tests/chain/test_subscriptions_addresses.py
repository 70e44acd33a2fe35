"""What may be subscribed to, and which addresses are called: none inside, none that moved, none by a redirect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from luban.ledger.artefacts import artefact
from luban.stages.gateway.asking import Caller, GatewayError
from luban.stages.subscriptions import registering
from luban.stages.subscriptions.events import EVENT_TYPES
from luban.stages.subscriptions.models import ACTIVE, Delivery, Subscription
from luban.trust import addresses
from tests.chain.receiving import Receiver, app, moved, receiver, record
from tests.chain.test_subscriptions import laps

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


@pytest.fixture
def zhejiang() -> Caller:
    """浙江's application."""
    return app("330000")


@pytest.fixture
def far(settings: Any) -> Iterator[Receiver]:
    """浙江's receiver, which may be called back."""
    with receiver() as made:
        settings.LUBAN_CALLBACK_HOSTS = [made.host]
        yield made


@pytest.fixture
def subscribe(zhejiang: Caller, far: Receiver) -> Callable[..., Subscription]:
    """Makes 浙江 a subscription."""

    def make(**more: Any) -> Subscription:
        told = {"name": "浙江", "callback_url": far.url, "start_from": "earliest", **more}
        return registering.create(caller=zhejiang, told=told)

    return make


@pytest.mark.parametrize(
    "url",
    [
        "http://callback.example/x",
        "https://127.0.0.1/x",
        "https://10.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://user:word@8.8.8.8/x",
        "https://8.8.8.8:22/x",
        "ftp://8.8.8.8/x",
        "javascript:alert(1)",
    ],
)
def test_addresses_inside_are_refused_when_a_subscription_is_made(url: str, zhejiang: Caller) -> None:
    with pytest.raises(GatewayError) as refused:
        registering.create(caller=zhejiang, told={"name": "浙", "callback_url": url})
    assert refused.value.code == 40001 and refused.value.message
    assert not Subscription.objects.exists()


def test_a_name_that_turns_inside_later_is_not_called(
    far: Receiver, zhejiang: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [["93.184.215.14"], ["127.0.0.1"]]
    monkeypatch.setattr(addresses.checked, "__kwdefaults__", {
        **(addresses.checked.__kwdefaults__ or {}), "resolve": lambda host, port: answers.pop(0)
    })  # fmt: skip
    told = {"name": "浙", "callback_url": "https://callback.example/x", "start_from": "earliest"}
    row = registering.create(caller=zhejiang, told=told)
    record(1)
    moved(1, 10)
    laps(row)
    kept = Delivery.objects.get()
    assert kept.status == 0 and "内部或保留" in kept.error and far.got == []


def test_a_redirect_is_a_failure_and_is_not_followed(
    far: Receiver, settings: Any, subscribe: Callable[..., Subscription]
) -> None:
    record(1)
    moved(1, 10)
    with receiver() as inside:
        far.moved_to = inside.url
        far.script = lambda body: (307, b'{"code":0}')
        laps(subscribe())
        assert inside.got == [] and len(far.got) == 1
    assert Delivery.objects.get().status == 307


@pytest.mark.parametrize(
    "more",
    [
        {"event_types": ["PartyNotified"]},
        {"event_types": ["Nothing"]},
        {"contracts": ["Other"]},
        {"scope": "some"},
        {"start_from": "block:-1"},
        {"max_concurrency": 0},
        {"max_concurrency": "many"},
        {"name": ""},
        {"surprise": 1},
        {"name": None},
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    more: dict[str, Any], far: Receiver, subscribe: Callable[..., Subscription]
) -> None:
    with pytest.raises(GatewayError) as refused:
        subscribe(**more)
    assert refused.value.code == 40001 and refused.value.message.startswith("参数不正确")


def test_another_s_subscription_is_not_there(subscribe: Callable[..., Subscription]) -> None:
    row = subscribe()
    for act in (registering.one, registering.pause, registering.resume, registering.remove):
        with pytest.raises(GatewayError) as refused:
            act(caller=app("320000"), subscription_id=row.pk)
        assert refused.value.code == 40403
    assert Subscription.objects.get(pk=row.pk).state == ACTIVE


def test_every_event_the_contracts_know_can_be_subscribed_to() -> None:
    for contract, names in EVENT_TYPES.items():
        known = {event["name"] for event in artefact(contract).interface._events.values()}
        assert known == {*names, "PartyNotified"} or known == set(names), contract
