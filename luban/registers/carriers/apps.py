"""Django's name for the library of carriers."""

from django.apps import AppConfig


class CarriersConfig(AppConfig):
    """Carriers of hazardous waste."""

    name = "luban.registers.carriers"
    label = "carriers"
    verbose_name = "运输单位"
