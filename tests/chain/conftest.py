"""A chain inside the test, a working day, a seal service that answers at once, cases played to their end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import django
import pytest

django.setup()  # this file may be read before pytest-django gets to it

from luban.cases import house  # noqa: E402
from luban.kit import registry  # noqa: E402
from luban.kit.clock import Clock, clock  # noqa: E402
from luban.ledger import sender  # noqa: E402
from luban.links.outbox import worker  # noqa: E402
from luban.links.outbox.models import Effect  # noqa: E402
from luban.people.directory import install_bureaus  # noqa: E402
from luban.stages.licence import authorities, make  # noqa: E402
from luban.stages.trial import read_cases  # noqa: E402
from luban.stages.trial.play import play  # noqa: E402
from luban.trust import ring  # noqa: E402
from tests.chain.world import World  # noqa: E402
from tests.papers.walk import SealService  # noqa: E402

ITEMS = Path(__file__).parents[2] / "luban" / "items"
Play = Callable[..., str]


@pytest.fixture
def day() -> Iterator[Clock]:
    """A working day, the house read anew."""
    house.forget()
    sender._resumed.clear()
    with clock.at("2026-03-10T10:00") as held:
        yield held
    house.forget()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A chain with nothing on it."""
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def own_files(tmp_path: Path, settings: Any) -> Iterator[None]:
    """Files of this test's own: the processes of a run share one store, and what is altered here is what others put."""
    ring.keys()  # the run's keys stay
    settings.LUBAN_VAR = tmp_path
    house.objects.cache_clear()
    yield
    house.objects.cache_clear()


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: Clock) -> Play:
    """Plays an item's first written case (or the one named), with all that the workers would do but the chain; returns the case."""
    service = SealService(tmp_path / "seal")
    monkeypatch.setattr(make, "RemoteSeal", service)
    monkeypatch.setattr(authorities, "_folder", lambda: tmp_path / "authorities")
    install_bureaus()

    def to_the_end(
        code: str, moment: str, name: str = "", *, order: Sequence[str] = ("document", "evidence")
    ) -> str:
        entries = read_cases(ITEMS / code / "tests" / "cases.yaml")
        entry = next(one for one in entries if name in one.name)
        case = play(item=registry.get(code), entry=entry).case_id
        with clock.at(moment):
            for kind in order:
                for lane in sorted(set(Effect.objects.filter(kind=kind).values_list("lane", flat=True))):
                    worker.drain(lane=lane)
        return case

    return to_the_end
