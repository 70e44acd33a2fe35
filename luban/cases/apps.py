"""Django's name for the cases."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases, drafts, files and documents."""

    name = "luban.cases"
    label = "cases"
    verbose_name = "办件"
