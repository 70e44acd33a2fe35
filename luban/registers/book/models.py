"""What officials edit: a ``Change`` is proposed with a reason and decided by another person; decided, it becomes a ``Row``.

Neither is ever altered into something else: rows are only added, and a change keeps who proposed it, who decided it,
when and why. That is the audit trail of the registers. ``Version`` marks the latest edit of a register, so that a
process knows in one cheap query whether what it holds is still true.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from luban.people.genuine import SealedRow


class ChangeState(models.TextChoices):
    """Where a proposal stands."""

    PROPOSED = "proposed", "待复核"
    APPROVED = "approved", "已生效登记"
    REJECTED = "rejected", "已退回"


class Change(SealedRow):
    """A proposed edit: the row as text cells, or the end of its key (``removes``), from a day on."""

    register = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    data = models.JSONField()
    from_day = models.DateField()
    to_day = models.DateField(null=True)
    removes = models.BooleanField()
    reason = models.TextField()
    batch = models.UUIDField(null=True)
    state = models.CharField(max_length=12, choices=ChangeState.choices)
    proposed_by = models.CharField(max_length=150)
    proposed_by_name = models.CharField(max_length=100)
    proposed_at = models.DateTimeField()
    approved_by = models.CharField(max_length=150)
    approved_by_name = models.CharField(max_length=100)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField()

    SEALED: ClassVar = (
        (
            *("register", "key", "data", "from_day", "to_day", "removes", "reason", "batch", "state"),
            *("proposed_by", "proposed_by_name", "proposed_at", "approved_by", "approved_by_name"),
            *("decided_at", "decision_reason"),
        ),
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["register", "key", "-id"], name="book_change_history"),
            models.Index(fields=["id"], name="book_change_open", condition=Q(state="proposed")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["register", "key"], condition=Q(state="proposed"), name="book_one_open_change_a_key"
            ),
            models.CheckConstraint(condition=~Q(approved_by=F("proposed_by")), name="book_two_persons"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.key} {self.state}"


class Row(SealedRow):
    """An edited row in force from a day on. ``data`` holds text cells by column code, as a CSV would."""

    register = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    data = models.JSONField()
    removed = models.BooleanField()
    change = models.OneToOneField(Change, on_delete=models.PROTECT, related_name="row")

    SEALED: ClassVar = (("register", "key", "data", "removed", "change_id"),)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["register", "id"], name="book_row_register")]

    def __str__(self) -> str:
        return f"{self.register} {self.key}"


class Version(models.Model):
    """The latest row of a register. Row ids are never used twice, not even after a rollback, so it is a safe mark."""

    register = models.CharField(max_length=40, primary_key=True)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.register} {self.number}"
