"""The tables of enterprises and carriers."""

from typing import ClassVar

from django.db import models


class Enterprise(models.Model):
    """A firm as its source last described it."""

    uscc = models.CharField(primary_key=True, max_length=18)
    name = models.CharField(max_length=200, db_index=True)
    legal_rep = models.CharField(max_length=100)
    reg_address = models.CharField(max_length=300)
    status = models.CharField(max_length=40)
    industry_code = models.CharField(max_length=8)
    ent_ids = models.JSONField()
    source = models.CharField(max_length=32)
    fetched_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Carrier(models.Model):
    """A carrier by credit code and mode, as the latest filed case named it."""

    id = models.BigAutoField(primary_key=True)
    uscc = models.CharField(max_length=18, db_index=True)
    mode = models.CharField(max_length=8)
    name = models.CharField(max_length=200, db_index=True)
    licence_type = models.CharField(max_length=32)
    licence_no = models.CharField(max_length=60)
    licence_valid_to = models.DateField(null=True)
    vehicles = models.JSONField()
    ships = models.JSONField()
    seen_in = models.CharField(max_length=40)
    seen_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["uscc", "mode"], name="enterprises_carrier_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.mode}）"
