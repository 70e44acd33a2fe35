"""All partners, found by themselves: every folder here with a `client.py` that declares `LINK`.

The outbox delivers through `deliver`; the office page shows `links()`; discovery asks `find` whether what an item
declares in `sharing.py` exists.
"""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from luban.links.messages import Inbound, Link, Message, Receipt, send


class UnknownMessage(LookupError):
    """No such link, or it takes no such message; the text names those that exist."""


@cache
def links() -> tuple[Link, ...]:
    """Every link, by code."""
    here = Path(__file__).parent
    found = [
        import_module(f"luban.links.{package.name}.client").LINK
        for package in pkgutil.iter_modules([str(here)])
        if package.ispkg and find_spec(f"luban.links.{package.name}.client")
    ]
    return tuple(sorted(found, key=lambda link: str(link.code)))


def title(*, link: str) -> str:
    """The partner's Chinese name, or the code itself when it is not one of ours."""
    return next((known.title for known in links() if known.code == link), link)


def find(*, link: str, name: str) -> tuple[Link, Message]:
    """The link and its message. Raises UnknownMessage."""
    known = next((one for one in links() if one.code == link), None)
    if known is None:
        raise UnknownMessage(f"没有对接系统“{link}”，现有：{'、'.join(one.code for one in links())}。")
    message = next((one for one in known.messages if one.name == name), None)
    if message is None:
        names = "、".join(one.name for one in known.messages) or "（无）"
        raise UnknownMessage(f"{known.title}（{link}）没有消息“{name}”，现有：{names}。")
    return known, message


def find_inbound(*, link: str, name: str) -> tuple[Link, Inbound]:
    """The link and the message it pushes. Raises UnknownMessage."""
    known = next((one for one in links() if one.code == link), None)
    found = next((one for one in known.inbound if one.name == name), None) if known else None
    if known is None or found is None:
        raise UnknownMessage(f"没有可由“{link}”推送的消息“{name}”，请核对接口地址。")
    return known, found


def deliver(*, link: str, name: str, body: Mapping[str, Any], key: str) -> Receipt:
    """Tell partner `link` the message `name` under idempotency key `key`.

    Raises Rejected (refused, or the body does not fit the message), Unavailable (again later), UnknownMessage.
    """
    partner, message = find(link=link, name=name)
    return send(link=partner, message=message, body=body, key=key)
