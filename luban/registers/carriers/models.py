"""The tables of the library: carriers, the records of their filings, reminders. Changed only by commands.

Vehicles and persons are part of an entry and are read with it, so they are JSON of its row; names and numbers of
people a firm names as its contacts are SM4 envelopes (brief §11.3). `plates` repeats the vehicles' plates for search.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Carrier(models.Model):
    """One carrier as it stands."""

    id = models.BigAutoField(primary_key=True)
    carrier_id = models.CharField(max_length=20, unique=True)
    uscc = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=200)
    reg_adcode = models.CharField(max_length=6)
    reg_address = models.CharField(max_length=300)
    legal_person = models.JSONField()
    contact_name = models.JSONField()
    contact_phone = models.JSONField()
    emergency_phone = models.JSONField()
    rtl_no = models.CharField(max_length=60)
    rtl_issuer = models.CharField(max_length=100)
    rtl_from = models.DateField(null=True)
    rtl_to = models.DateField(null=True)
    rtl_scope = models.JSONField()
    rtl_files = models.JSONField()
    insurance_to = models.DateField(null=True)
    gps_platform = models.CharField(max_length=100)
    municipal_listed = models.BooleanField()
    credit_flag = models.CharField(max_length=12)
    filing_status = models.CharField(max_length=12)
    last_confirmed_at = models.DateField(null=True)
    source = models.CharField(max_length=16)
    version = models.IntegerField()
    pending_by = models.CharField(max_length=40)
    vehicles = models.JSONField()
    persons = models.JSONField()
    plates = ArrayField(models.CharField(max_length=20))

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["plates"], name="carriers_plates"),
            models.Index(fields=["rtl_to"], name="carriers_ending"),
        ]

    def __str__(self) -> str:
        return f"{self.carrier_id} {self.name} v{self.version} {self.filing_status}"


class FilingRecord(models.Model):
    """How one filing ended: what was asked, the entry before and after (secrets enveloped), by whom, why, when."""

    id = models.BigAutoField(primary_key=True)
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="filings")
    case_number = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    command = models.CharField(max_length=32)
    version = models.IntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField()
    by_name = models.CharField(max_length=100)
    opinion = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["carrier", "-id"], name="carriers_filings")]

    def __str__(self) -> str:
        return f"{self.case_number} {self.command} v{self.version}"


class Reminder(models.Model):
    """An applicant asked a carrier to file (carrier_filing_reminder); `rules` are the clauses that kept it from being chosen."""

    id = models.BigAutoField(primary_key=True)
    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="reminders")
    applicant = models.CharField(max_length=18)
    applicant_name = models.CharField(max_length=200)
    rules = models.JSONField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["carrier", "applicant", "-at"], name="carriers_reminded"),
        ]

    def __str__(self) -> str:
        return f"{self.applicant} → {self.carrier_id} {self.at}"
