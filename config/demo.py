"""What an empty house is given at its first start: what every house needs, and demo data to show it with.

Loaders are named, not imported, because this module is read before Django is set up. Each is a callable without
arguments, idempotent (a second call changes nothing); one that returns lines adds them to the greeting of `luban up`.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

INSTALL = ("luban.people.directory:install_bureaus",)
DEMO = ("luban.people.demo:load",)
DEMO_REGISTERS = (
    "luban.registers.carriers.shelf:load_demo",
    "luban.stages.gateway.demo:load",
    "luban.stages.subscriptions.demo:join_provinces",
)
"""Registers that firms fill in themselves, and the provinces' applications; the greeting says nothing of them."""
CASES = ("luban.stages.demo:load",)


def install() -> None:
    """Bring what every house needs: the organisations that act."""
    for step in INSTALL:
        _loader(step)()


def load() -> list[str]:
    """Bring the demo data and return the greeting's lines."""
    for step in DEMO_REGISTERS:
        _loader(step)()
    return [line for step in DEMO for line in _loader(step)() or []]


def cases() -> list[str]:
    """File the demonstration's cases, when the whole house runs; returns a line for each."""
    return [line for step in CASES for line in _loader(step)() or []]


def _loader(step: str) -> Callable[[], Any]:
    module, _, function = step.partition(":")
    found: Callable[[], Any] = getattr(import_module(module), function)
    return found
