"""The ledger's tables: what is to be written to the chain, what became of it, and what is known of the chain."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from luban.ledger.index_models import ChainBlock as ChainBlock
from luban.ledger.index_models import ChainCursor as ChainCursor
from luban.ledger.index_models import ChainDisposal as ChainDisposal
from luban.ledger.index_models import ChainEvent as ChainEvent
from luban.ledger.index_models import ChainFigures as ChainFigures
from luban.ledger.index_models import ChainRecord as ChainRecord
from luban.ledger.index_models import ChainTransaction as ChainTransaction
from luban.ledger.restoration_models import ChainRestoration as ChainRestoration
from luban.ledger.restoration_models import RestorationState as RestorationState
from luban.ledger.states import OPEN


class EvidenceRequest(models.Model):
    """One write to one contract. `occurred_at` is the business time in milliseconds; digests are 64 hex characters."""

    id = models.BigAutoField(primary_key=True)
    request_id = models.CharField(max_length=200, unique=True)
    case = models.CharField(max_length=64)
    seq = models.IntegerField()
    record = models.CharField(max_length=4)
    call = models.CharField(max_length=32)
    record_key = models.CharField(max_length=64)
    schema = models.CharField(max_length=16)
    version = models.IntegerField()
    form_digest = models.CharField(max_length=64)
    section_digests = models.JSONField()
    attachments_root = models.CharField(max_length=64)
    body = models.JSONField(encoder=DjangoJSONEncoder)
    occurred_at = models.BigIntegerField()
    state = models.CharField(max_length=12)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["case", "seq"], name="evidence_case"),
            models.Index(fields=["record_key", "version"], name="evidence_key"),
            models.Index(fields=["state", "id"], name="evidence_state"),
        ]

    def __str__(self) -> str:
        return f"{self.record}.{self.call} {self.record_key[:16]}"


class ChainAccount(models.Model):
    """A key that signs transactions, sealed; `nonce` is the next one to use, counted here and never asked for."""

    name = models.CharField(max_length=32, primary_key=True)
    address = models.CharField(max_length=42, unique=True)
    sealed_key = models.BinaryField()
    nonce = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.address}"


class ChainBinding(models.Model):
    """The one chain this house writes to, and the highest block seen of it. `alarms`: at, text, cleared."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    chain_id = models.BigIntegerField()
    genesis = models.CharField(max_length=66)
    seen_number = models.BigIntegerField()
    seen_hash = models.CharField(max_length=66)
    alarm = models.TextField(default="")
    alarms = models.JSONField(default=list)
    bound_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.chain_id} {self.genesis}"


class ChainContract(models.Model):
    """A deployed contract: its address and the digest of the code that must stand there."""

    name = models.CharField(max_length=40)
    address = models.CharField(max_length=42, unique=True)
    code_sm3 = models.CharField(max_length=64)
    block_number = models.BigIntegerField()
    active = models.BooleanField()
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], condition=Q(active=True), name="one_active_contract")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.address}"


class ChainWrite(models.Model):
    """One transaction to be, in the order of its group (waste-chain §5). `function` is empty to deploy a contract.

    `digest` is what the chain must answer when the write turns out to be there already; `needs` is the record another
    group must have finished writing.
    """

    id = models.BigAutoField(primary_key=True)
    request_id = models.CharField(max_length=200, unique=True)
    group = models.CharField(max_length=96)
    account = models.CharField(max_length=32)
    contract = models.CharField(max_length=40)
    function = models.CharField(max_length=40)
    arguments = models.JSONField()
    record_key = models.CharField(max_length=64, default="")
    needs = models.CharField(max_length=64, default="")
    version = models.IntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    state = models.CharField(max_length=12)
    attempts = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=64, default="")
    error = models.TextField(default="")
    nonce = models.BigIntegerField(null=True)
    tx_hash = models.CharField(max_length=66, default="")
    raw = models.BinaryField(null=True)
    sent_at = models.DateTimeField(null=True)
    block_number = models.BigIntegerField(null=True)
    block_hash = models.CharField(max_length=66, default="")
    gas = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["group", "id"], name="write_group", condition=Q(state__in=OPEN)),
            models.Index(fields=["account", "nonce"], name="write_sent", condition=Q(state="sent")),
            models.Index(fields=["record_key", "version"], name="write_record"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "nonce"], condition=Q(nonce__isnull=False), name="one_nonce_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract}.{self.function} {self.state}"


class Snapshot(models.Model):
    """What one version of a record said when it was put in evidence: the plain core and, sealed, its sections."""

    record_key = models.CharField(max_length=64)
    version = models.IntegerField()
    record = models.CharField(max_length=4)
    case = models.CharField(max_length=64)
    seq = models.IntegerField()
    core = models.JSONField()
    sealed = models.BinaryField()
    section_digests = models.JSONField()
    attachments = models.JSONField()
    form_digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record_key", "version"], name="snapshot_once")
        ]
        indexes: ClassVar = [models.Index(fields=["case"], name="snapshot_case")]

    def __str__(self) -> str:
        return f"{self.record} {self.record_key[:16]} v{self.version}"


class HistoryBatch(models.Model):
    """One Merkle tree over checkpoints; its root is written by the ChainWrite `history:<batch_id>`."""

    batch_id = models.CharField(max_length=64, primary_key=True)
    seq = models.IntegerField(unique=True)
    root = models.CharField(max_length=64)
    prev_root = models.CharField(max_length=64)
    leaves = models.IntegerField()
    occurred_at = models.BigIntegerField()
    signature = models.BinaryField()

    def __str__(self) -> str:
        return f"#{self.seq} {self.root[:16]} ({self.leaves})"


class Checkpoint(models.Model):
    """The head of one case's history in a batch, with its path to the root (32 bytes a step)."""

    id = models.BigAutoField(primary_key=True)
    case = models.CharField(max_length=64)
    seq = models.IntegerField()
    head = models.CharField(max_length=64)
    batch = models.ForeignKey(HistoryBatch, on_delete=models.PROTECT, related_name="checkpoints")
    position = models.IntegerField()
    path = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "seq"], name="checkpoint_once")]

    def __str__(self) -> str:
        return f"{self.case} #{self.seq}"


class Verification(models.Model):
    """The latest conclusion about one version of a record (waste-chain §7.2)."""

    record_key = models.CharField(max_length=64)
    version = models.IntegerField()
    record = models.CharField(max_length=4)
    case = models.CharField(max_length=64)
    case_no = models.CharField(max_length=48)
    result = models.CharField(max_length=32)
    severity = models.CharField(max_length=10)
    report = models.JSONField()
    run = models.CharField(max_length=64, default="")
    checked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record_key", "version"], name="verified_once")
        ]
        indexes: ClassVar = [models.Index(fields=["severity", "-checked_at"], name="verified_severity")]

    def __str__(self) -> str:
        return f"{self.case_no} {self.record} {self.result}"
