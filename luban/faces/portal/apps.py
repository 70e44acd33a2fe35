"""Django's name for the firms' face."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Applying and following cases."""

    name = "luban.faces.portal"
    label = "portal"
    verbose_name = "企业端"
