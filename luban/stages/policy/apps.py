"""Django's name for policy trials."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """Draft sets of register changes and what they came to over stored cases."""

    name = "luban.stages.policy"
    label = "policy"
    verbose_name = "政策试算"
