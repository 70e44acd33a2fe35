"""Django's name for the officials' face, which keeps people's settings and their long exports."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """Receiving, reviewing, deciding."""

    name = "luban.faces.office"
    label = "office"
    verbose_name = "办公端"
