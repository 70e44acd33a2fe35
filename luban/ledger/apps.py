"""Django's name for the ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Evidence requests on their way to the chain."""

    name = "luban.ledger"
    label = "ledger"
    verbose_name = "存证"
