"""The design system as a Django app: templates, static files and the tags that draw view objects."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """`luban.ui`; it has no tables."""

    name = "luban.ui"
    label = "ui"
    verbose_name = "界面"
