"""Django's name for the outbox."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """The outbox table and its jobs."""

    name = "luban.links.outbox"
    label = "outbox"
    verbose_name = "投递"
