"""Django's name for the register of transfer permits."""

from django.apps import AppConfig


class TransferPermitsConfig(AppConfig):
    """Permits to move hazardous waste to another province."""

    name = "luban.registers.transfer_permits"
    label = "transfer_permits"
    verbose_name = "危险废物跨省转移许可"
