"""Django's name for the public face."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Verification by QR code."""

    name = "luban.faces.api"
    label = "api"
    verbose_name = "公众核验"
