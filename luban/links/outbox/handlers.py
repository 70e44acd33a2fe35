"""Who performs which kind of effect.

Stages register their kinds once at start-up; the kind `share` (tell a partner) is performed here, through the
registry of links, unless a stage takes it over. A handler may be called more than once for one effect (a worker was
killed after the work and before the note of it), so it must be idempotent by `effect.key`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from luban.links.outbox.effects import EffectView
from luban.links.registry import deliver

Handler = Callable[[EffectView], Mapping[str, Any]]
"""Does the work outside any transaction (it may open its own) and returns the receipt as JSON.

Raises Rejected (a person must look), Unavailable (again later); any other exception counts as "again later" too.
"""

_handlers: dict[str, Handler] = {}


class NoHandler(LookupError):
    """No handler is registered for this kind; the effect waits until one is."""


def register_handler(kind: str, fn: Handler) -> None:
    """Let `fn` perform the effects of `kind`. Registering the same one again is fine; a second one is a mistake."""
    if _handlers.setdefault(kind, fn) is not fn:
        raise ValueError(f"effect kind {kind!r} already has a handler: {_handlers[kind]!r}")


def unregister_handler(kind: str) -> None:
    """Forget the handler of `kind` (tests)."""
    _handlers.pop(kind, None)


def handler_for(kind: str) -> Handler:
    """The handler of `kind`; raises NoHandler."""
    handler = _handlers.get(kind) or (share if kind == "share" else None)
    if handler is None:
        raise NoHandler(f"投递种类“{kind}”没有登记处理程序，登记后会自动继续。")
    return handler


def share(effect: EffectView) -> Mapping[str, Any]:
    """Tell partner `effect.link` the message `effect.name` with the body as it stands."""
    return deliver(link=effect.link, name=effect.name, body=effect.body, key=effect.key).as_json()
