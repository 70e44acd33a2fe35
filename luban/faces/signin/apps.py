"""The Django app of the sign-in pages (templates only, no tables)."""

from django.apps import AppConfig


class SigninConfig(AppConfig):
    """Sign-in pages."""

    name = "luban.faces.signin"
    label = "signin"
    verbose_name = "登录"
