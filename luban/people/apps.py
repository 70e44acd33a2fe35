"""The Django app of people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Organisations, accounts, sign-in guards and the audit trail."""

    name = "luban.people"
    label = "people"
    verbose_name = "机构与账号"
    default_auto_field = "django.db.models.BigAutoField"
