"""Django's name for the maintenance of dated registers."""

from django.apps import AppConfig


class BookConfig(AppConfig):
    """Edited rows, proposals, version marks."""

    name = "luban.registers.book"
    label = "book"
    verbose_name = "台账维护"
