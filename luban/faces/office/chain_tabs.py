"""The pages about the chain, as tabs: each shows those its reader may open."""

from __future__ import annotations

from django.urls import reverse

from luban.people.actor import Actor
from luban.people.permissions import allowed
from luban.people.requests import ActorRequest
from luban.ui.view import Views, ViewTab

_PAGES = (
    ("上链记录", "office:explorer", "chain.read"),
    ("链状态", "office:chain_state", "chain.state"),
    ("接入应用", "office:chain_apps", "chain.manage"),
    ("上链组织", "office:chain_orgs", "chain.manage"),
    ("订阅与通知", "office:subscriptions", "chain.manage"),
)


def first_page(actor: Actor) -> str:
    """Where the navigation leads; '' when the actor may open none of them."""
    return next((reverse(name) for _, name, right in _PAGES if allowed(actor, action=right)), "")


def chain_tabs(request: ActorRequest) -> Views:
    """The tabs, the page at hand marked."""
    tabs = tuple(
        ViewTab(title, reverse(name), current=request.path == reverse(name))
        for title, name, right in _PAGES
        if allowed(request.actor, action=right)
    )
    return Views(tabs, label="链")
