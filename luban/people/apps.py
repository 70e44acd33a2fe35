"""The Django app of people."""

from django.apps import AppConfig
from django.utils.module_loading import import_string

from luban.people import permissions


class PeopleConfig(AppConfig):
    """Organisations, accounts, sign-in guards and the audit trail."""

    name = "luban.people"
    label = "people"
    verbose_name = "机构与账号"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Rights are asked of the table in force, which needs this app's own tables."""
        permissions.use(import_string("luban.people.grants.current"))
