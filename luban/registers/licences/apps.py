"""Django's name for the register of licences."""

from django.apps import AppConfig


class LicencesConfig(AppConfig):
    """Licences and their states."""

    name = "luban.registers.licences"
    label = "licences"
    verbose_name = "证照"
