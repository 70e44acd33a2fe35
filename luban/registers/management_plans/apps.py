"""Django's name for the register of management plans."""

from django.apps import AppConfig


class ManagementPlansConfig(AppConfig):
    """Yearly management plans of hazardous waste, as last fetched."""

    name = "luban.registers.management_plans"
    label = "management_plans"
    verbose_name = "危险废物管理计划"
