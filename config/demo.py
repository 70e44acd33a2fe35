"""Demo data: everything an empty house needs to be shown, loaded at each start and written only once.

`STEPS` names the loaders in order. Each is a callable without arguments, idempotent (a second call changes nothing),
and returns lines for the greeting of `luban up`, such as accounts to sign in with, or None.
"""

from importlib import import_module
from importlib.util import find_spec

STEPS: list[str] = [
    "luban.people.demo:load",
]


def load() -> list[str]:
    """Run every step whose module is there and return the greeting's lines."""
    greeting: list[str] = []
    for step in STEPS:
        module, _, function = step.partition(":")
        if _present(module):
            greeting.extend(getattr(import_module(module), function)() or [])
    return greeting


def _present(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
