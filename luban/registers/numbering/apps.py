"""Django's name for the numbers handed out."""

from django.apps import AppConfig


class NumberingConfig(AppConfig):
    """Sequences and the numbers issued from them."""

    name = "luban.registers.numbering"
    label = "numbering"
    verbose_name = "编号"
