"""The Django app of the big screen (templates only, no tables)."""

from django.apps import AppConfig


class ScreenConfig(AppConfig):
    """The chain on a wall."""

    name = "luban.faces.screen"
    label = "screen"
    verbose_name = "固废链大屏"
