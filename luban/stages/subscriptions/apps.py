"""Django's name for subscriptions."""

from django.apps import AppConfig


class SubscriptionsConfig(AppConfig):
    """Subscriptions of applications, their deliveries, and the notices of cases."""

    name = "luban.stages.subscriptions"
    label = "subscriptions"
    verbose_name = "固废链订阅与通知"
