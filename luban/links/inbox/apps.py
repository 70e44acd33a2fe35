"""Django's name for the inbox."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """The tables of what came in."""

    name = "luban.links.inbox"
    label = "inbox"
    verbose_name = "来文"
