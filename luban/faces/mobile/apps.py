"""The Django app of the phone's pages (templates only, no tables)."""

from django.apps import AppConfig


class MobileConfig(AppConfig):
    """Pages opened on a phone."""

    name = "luban.faces.mobile"
    label = "mobile"
    verbose_name = "手机页面"
