"""Django's name for the register of enterprises."""

from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    """Enterprises and carriers."""

    name = "luban.registers.enterprises"
    label = "enterprises"
    verbose_name = "企业"
