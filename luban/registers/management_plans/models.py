"""The last copy of each management plan; the city's waste system stays the authority."""

from typing import ClassVar

from django.db import models


class PlanCopy(models.Model):
    """A plan as last fetched; `payload` are the fields of `ManagementPlan` as JSON."""

    id = models.BigAutoField(primary_key=True)
    generator_uscc = models.CharField(max_length=18)
    plan_no = models.CharField(max_length=40)
    year = models.IntegerField()
    payload = models.JSONField()
    fetched_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["generator_uscc", "plan_no"], name="plan_copy_once"),
        ]

    def __str__(self) -> str:
        return self.plan_no


class Asked(models.Model):
    """When a firm's plans were last fetched, whether it had any or none."""

    generator_uscc = models.CharField(primary_key=True, max_length=18)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.generator_uscc
