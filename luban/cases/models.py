"""The tables of a case. Only `store`, `drafts`, `files`, `papers` and `restore` write them; everybody else reads views.

`Case` holds what lists need and points at its current immutable version; `Event` is the append-only history; `Draft`
is what is still being typed (a new application or a correction); `File` is a material handed in, `Document` a paper
the office issued. `Batch` is an act asked for on many cases, written by `stages/review`. No column takes its time from
the database.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from luban.people.genuine import SealedRow


def _json(**options: object) -> models.JSONField:
    return models.JSONField(encoder=DjangoJSONEncoder, **options)  # type: ignore[arg-type]


class Case(SealedRow):
    """One case (办件)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.CharField(max_length=48, unique=True)
    item = models.CharField(max_length=64)
    state = models.CharField(max_length=20)
    step = models.CharField(max_length=32)
    desk = models.CharField(max_length=32)
    desk_org = models.CharField(max_length=32)
    handling_org = models.CharField(max_length=32)
    applicant = models.CharField(max_length=32)
    applicant_name = models.CharField(max_length=100)
    headline = models.CharField(max_length=300)
    channel = models.CharField(max_length=8, default="pc")
    version = models.IntegerField()
    current = models.ForeignKey("CaseVersion", on_delete=models.PROTECT, related_name="+")
    submitted_on = models.DateField()
    accepted_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    yellow_on = models.DateField(null=True)
    timer_on = models.DateField(null=True)
    paused = models.BooleanField(default=False)
    marks = _json()
    pauses = _json()
    timers = _json()
    returned_from = models.CharField(max_length=32)
    actors = _json()
    facts = _json()
    limits = _json()
    seq = models.IntegerField()
    head = models.CharField(max_length=64)
    salt = models.CharField(max_length=32)
    copied_from = models.CharField(max_length=48)
    invited = models.CharField(max_length=32, default="")
    parties = ArrayField(models.CharField(max_length=32), default=list)
    grams = ArrayField(models.CharField(max_length=2), default=list)
    updated_at = models.DateTimeField()

    SEALED: ClassVar = (
        (
            *("id", "number", "item", "state", "step", "desk", "desk_org", "handling_org", "applicant"),
            *("applicant_name", "headline", "channel", "version", "current_id", "submitted_on"),
            *("accepted_on", "decided_on", "closed_on", "due_on", "yellow_on", "timer_on"),
            *("paused", "marks", "pauses"),
            *("timers", "returned_from", "actors", "facts", "limits", "seq", "head", "salt", "copied_from"),
            *("invited", "parties", "grams", "updated_at"),
        ),
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["desk_org", "desk", "due_on", "id"], name="case_desk", condition=~Q(desk="")
            ),
            models.Index(fields=["handling_org", "-updated_at", "-id"], name="case_office"),
            models.Index(fields=["applicant", "-updated_at", "-id"], name="case_applicant"),
            models.Index(fields=["-updated_at", "-id"], name="case_recent"),
            models.Index(
                fields=["-updated_at", "-id"], name="case_open", condition=Q(closed_on__isnull=True)
            ),
            models.Index(fields=["timer_on"], name="case_timer", condition=Q(timer_on__isnull=False)),
            GinIndex(fields=["grams"], name="case_grams"),
            GinIndex(fields=["parties"], name="case_parties", condition=~Q(parties=[])),
        ]

    def __str__(self) -> str:
        return self.number


class CaseVersion(SealedRow):
    """What was submitted, as submitted: never changed. `index` finds the version by a secret it holds (blind index)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="versions")
    n = models.IntegerField()
    rules_version = models.CharField(max_length=16)
    payload = _json()
    findings = _json()
    materials = _json()
    sources = _json()
    submitted_at = models.DateTimeField()
    index = ArrayField(models.CharField(max_length=72), default=list, db_default=[])

    SEALED: ClassVar = (
        (
            *("id", "case_id", "n", "rules_version", "payload", "findings", "materials", "sources"),
            *("submitted_at", "index"),
        ),
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "n"], name="version_once")]
        indexes: ClassVar = [GinIndex(fields=["index"], name="version_index", condition=~Q(index=[]))]

    def __str__(self) -> str:
        return f"{self.case_id} 第{self.n}版"


class Event(models.Model):
    """One entry of a case's history."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    seq = models.IntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=100)
    role = models.CharField(max_length=32)
    action = models.CharField(max_length=32)
    title = models.CharField(max_length=40)
    from_step = models.CharField(max_length=32)
    to_step = models.CharField(max_length=32)
    state = models.CharField(max_length=20)
    version = models.IntegerField()
    data = _json()
    prev = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    request_id = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "seq"], name="event_once"),
            models.UniqueConstraint(fields=["case", "request_id"], name="request_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.seq} {self.action}"


class KeptFact(models.Model):
    """What an assessment looked at, by the SM3 of its text, SM4-enveloped. Events name it; equal facts are kept once."""

    digest = models.CharField(primary_key=True, max_length=64)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return self.digest


class Draft(models.Model):
    """Something being typed. `owner` is an organisation; `case` is set when a submitted case is being corrected."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    item = models.CharField(max_length=64)
    owner = models.CharField(max_length=32)
    owner_name = models.CharField(max_length=100)
    account = models.CharField(max_length=64)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="drafts")
    payload = _json()
    sources = _json()
    answers = _json()
    seal = _json()
    notice_version = models.CharField(max_length=32, default="")
    notice_opened_at = models.DateTimeField(null=True)
    notice_read_at = models.DateTimeField(null=True)
    revision = models.IntegerField(default=0)
    copied_from = models.CharField(max_length=48, default="")
    submitted_as = models.CharField(max_length=48, default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-updated_at"], name="draft_owner", condition=Q(submitted_as=""))
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], name="one_correction", condition=Q(case__isnull=False, submitted_as="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.id}"


class File(models.Model):
    """A material handed in; its bytes lie in the object store under `sm3`. `binding` is a table row from 1."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    code = models.CharField(max_length=16)
    binding = models.IntegerField(null=True)
    seq = models.IntegerField()
    filename = models.CharField(max_length=200)
    kind = models.CharField(max_length=8)
    size = models.BigIntegerField()
    pages = models.IntegerField()
    sm3 = models.CharField(max_length=64)
    recognised = _json()
    check_result = models.CharField(max_length=12, default="pending")
    note = models.CharField(max_length=300, default="")
    uploaded_by = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["sm3"], name="file_sm3")]

    def __str__(self) -> str:
        return self.filename


class Document(models.Model):
    """A paper of a case: reserved (it has its number), sealed (its bytes are stored) or void.

    A merged letter is one paper of several cases: each of them has its row, with the same number, token and bytes, and
    `joint` says that they are one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    event_seq = models.IntegerField()
    code = models.CharField(max_length=48)
    title = models.CharField(max_length=100)
    number = models.CharField(max_length=80)
    token = models.CharField(max_length=32)
    state = models.CharField(max_length=12)
    sm3 = models.CharField(max_length=64, default="")
    size = models.IntegerField(default=0)
    to_applicant = models.BooleanField()
    reserved_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)
    joint = models.UUIDField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["joint"], name="document_joint", condition=Q(joint__isnull=False))
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "event_seq", "code"], name="document_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"


class Batch(models.Model):
    """An act to be taken on many cases (批次): who asked for it, as whom it acts, with which words.

    `together`: letters to one addressee are merged. How far it is, is read from its lines.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.CharField(max_length=48, unique=True)
    item = models.CharField(max_length=64)
    step = models.CharField(max_length=32)
    action = models.CharField(max_length=32)
    title = models.CharField(max_length=40)
    together = models.BooleanField()
    account = models.CharField(max_length=64)
    actor = _json()
    words = _json()
    request_id = models.CharField(max_length=32)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "request_id"], name="batch_asked_once")
        ]

    def __str__(self) -> str:
        return self.number


class BatchLine(models.Model):
    """A case of a batch: struck out before it began (`reason`), waiting, done (by event `event_seq`) or failed (`reason`).

    `seq` is the event the case stood at when it was looked at; `group` the addressee whose letter it shares, "" alone.
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="lines")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="batch_lines")
    place = models.IntegerField()
    state = models.CharField(max_length=8)
    reason = models.CharField(max_length=600, default="")
    addressee = models.CharField(max_length=100, default="")
    group = models.CharField(max_length=32, default="")
    seq = models.IntegerField()
    event_seq = models.IntegerField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["batch"], name="batch_waiting", condition=Q(state="waiting")),
            models.Index(fields=["case", "event_seq"], name="batch_line_event"),
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "case"], name="batch_case_once")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.place} {self.state}"
