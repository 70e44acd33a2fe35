"""What was read from the chain, kept so that figures, pages and subscriptions need not ask the node.

Everything here can be read from the chain again; nothing here is evidence. Times are the blocks' own, in milliseconds.
"""

from typing import ClassVar

from django.db import models


class ChainCursor(models.Model):
    """How far the chain was read. `contracts` are the addresses whose events stand in the index."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    genesis = models.CharField(max_length=66)
    last_block = models.BigIntegerField()
    contracts = models.JSONField(default=list)
    looked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"#{self.last_block}"


class ChainBlock(models.Model):
    """One final block: how many transactions are in it."""

    number = models.BigIntegerField(primary_key=True)
    hash = models.CharField(max_length=66)
    at = models.BigIntegerField()
    transactions = models.IntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="chain_block_at")]

    def __str__(self) -> str:
        return f"#{self.number}"


class ChainTransaction(models.Model):
    """One transaction; `contract` is empty for one to nobody we know, `function` empty for a deployment."""

    tx_hash = models.CharField(max_length=66, primary_key=True)
    block_number = models.BigIntegerField()
    position = models.IntegerField()
    sender = models.CharField(max_length=42)
    contract = models.CharField(max_length=40)
    function = models.CharField(max_length=40)
    ok = models.BooleanField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["block_number", "position"], name="chain_transaction_block")
        ]

    def __str__(self) -> str:
        return f"{self.contract}.{self.function} {self.tx_hash[:18]}"


class ChainEvent(models.Model):
    """One event of one of our contracts (waste-chain §8.1). `id` grows in the order in which events became known.

    `record_key` is 64 hexadecimal characters, empty where the event is about no record; `args` are the event's values
    by the names of the contract's interface, digests and addresses as hexadecimal text.
    """

    id = models.BigAutoField(primary_key=True)
    event_id = models.CharField(max_length=32, unique=True)
    contract = models.CharField(max_length=40)
    address = models.CharField(max_length=42)
    event_type = models.CharField(max_length=48)
    record_key = models.CharField(max_length=64)
    version = models.IntegerField()
    block_number = models.BigIntegerField()
    block_at = models.BigIntegerField()
    tx_hash = models.CharField(max_length=66)
    log_index = models.IntegerField()
    args = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tx_hash", "log_index"], name="chain_event_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["record_key", "block_number", "log_index"], name="chain_event_record"),
            models.Index(fields=["block_number", "log_index"], name="chain_event_block"),
        ]

    def __str__(self) -> str:
        return f"{self.contract}.{self.event_type} #{self.block_number}"


class ChainRecord(models.Model):
    """The latest state of one record as its contract tells it, read again whenever an event names the record.

    `number` is the case's number (UR: the revocation's), `doc_no` that of the filing or permit; `version` counts versions
    (DC: entries); amounts are kilograms; `decided_on` is yyyymmdd. `core` holds the plain fields.
    """

    record_key = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=2)
    address = models.CharField(max_length=42)
    number = models.CharField(max_length=64)
    doc_no = models.CharField(max_length=64)
    status = models.SmallIntegerField()
    version = models.IntegerField()
    origin = models.IntegerField()
    dest = models.IntegerField()
    core = models.JSONField()
    total_kg = models.BigIntegerField(default=0)
    approved_kg = models.BigIntegerField(default=0)
    decided_on = models.IntegerField(null=True)
    changed_block = models.BigIntegerField()
    changed_at = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["number"], name="chain_record_number"),
            models.Index(fields=["doc_no"], name="chain_record_doc"),
            models.Index(fields=["kind", "status"], name="chain_record_status"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class ChainFigures(models.Model):
    """The last figures that could be obtained (waste-chain §9), shared by all processes; `tried_at` also by failures."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    body = models.JSONField()
    as_of = models.DateTimeField(null=True)
    tried_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.as_of}"


class ChainDisposal(models.Model):
    """What a person decided about a conclusion of a verification (waste-chain §7.2); lines are added, never changed."""

    id = models.BigAutoField(primary_key=True)
    record_key = models.CharField(max_length=64)
    version = models.IntegerField()
    result = models.CharField(max_length=32)
    choice = models.CharField(max_length=16)
    reason = models.CharField(max_length=500)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["record_key", "-id"], name="chain_disposal_record")]

    def __str__(self) -> str:
        return f"{self.record_key[:16]} {self.choice}"
