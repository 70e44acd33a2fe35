"""Django's name for the chain gateway."""

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """Applications, their secrets and grants, what they asked and what they handed over."""

    name = "luban.stages.gateway"
    label = "gateway"
    verbose_name = "链网关"
