"""The tables of permits, their rows, applications under way, and the locks under which room is taken.

A permit is written when it is decided and changed only by commands; tonnes gone come from the manifests.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from luban.registers.transfer_permits.parts import STORED


class TransferPermit(models.Model):
    """One version of one permit. `permit_no` is empty until the paper has its number; `standing` is what it was last found
    to be on a day (`standing`), every day and with every change."""

    id = models.BigAutoField(primary_key=True)
    permit_no = models.CharField(max_length=64)
    version = models.IntegerField()
    case_no = models.CharField(max_length=48)
    generator_uscc = models.CharField(max_length=18)
    receiver_uscc = models.CharField(max_length=18)
    receiver_name = models.CharField(max_length=200)
    receiver_licence_no = models.CharField(max_length=60)
    receiver_province = models.CharField(max_length=6)
    valid_from = models.DateField()
    valid_to = models.DateField()
    status = models.CharField(max_length=12)
    status_on = models.DateField(null=True)
    abnormal = models.IntegerField()
    token = models.CharField(max_length=22)
    standing = models.CharField(max_length=12, default="", db_default="")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case_no", "version"], name="permits_case_once"),
            models.UniqueConstraint(
                fields=["permit_no", "version"], name="permits_number_once", condition=~Q(permit_no="")
            ),
            models.CheckConstraint(name="permits_status_known", condition=Q(status__in=list(STORED))),
        ]
        indexes: ClassVar = [
            models.Index(fields=["generator_uscc", "valid_to"], name="permits_generator"),
            models.Index(fields=["receiver_uscc", "valid_to"], name="permits_receiver"),
            models.Index(fields=["receiver_licence_no", "valid_to"], name="permits_licence"),
        ]

    def __str__(self) -> str:
        return f"{self.permit_no or self.case_no} v{self.version} {self.status}"


class TransferPermitRow(models.Model):
    """A waste of a permit."""

    id = models.BigAutoField(primary_key=True)
    permit = models.ForeignKey(TransferPermit, models.CASCADE, related_name="rows")
    seq = models.IntegerField()
    code = models.CharField(max_length=10)
    mode = models.CharField(max_length=8)
    name = models.CharField(max_length=100)
    approved_t = models.DecimalField(max_digits=14, decimal_places=4)
    transferred_t = models.DecimalField(max_digits=14, decimal_places=4)
    capacity_group = models.CharField(max_length=60)
    p2p_no = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["permit", "seq"], name="permit_rows_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["p2p_no"], name="permit_rows_p2p", condition=~Q(p2p_no="")),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.mode} {self.approved_t}"


class PendingApplication(models.Model):
    """An application from its submission to the end of its case."""

    case_no = models.CharField(primary_key=True, max_length=48)
    generator_uscc = models.CharField(max_length=18, db_index=True)
    receiver_uscc = models.CharField(max_length=18)
    codes = models.JSONField()
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.case_no


class PendingRow(models.Model):
    """What an application under way asks of a licence."""

    id = models.BigAutoField(primary_key=True)
    application = models.ForeignKey(PendingApplication, models.CASCADE, related_name="rows")
    licence_no = models.CharField(max_length=60)
    capacity_group = models.CharField(max_length=60)
    tonnes = models.DecimalField(max_digits=14, decimal_places=4)

    def __str__(self) -> str:
        return f"{self.licence_no} {self.tonnes}"


class Till(models.Model):
    """A row to lock while room is taken: of a receiver's licence, a point-to-point record, or a firm that applies."""

    key = models.CharField(primary_key=True, max_length=100)

    def __str__(self) -> str:
        return self.key
