"""Proposals to put back what was altered (waste-chain §7.2: 恢复快照，须双人): who asked, who decided, what it rested on."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from luban.people.genuine import SealedRow


class RestorationState(models.TextChoices):
    """Where a proposal stands."""

    PROPOSED = "proposed", "待批准"
    APPROVED = "approved", "已恢复"
    REJECTED = "rejected", "不同意"
    WITHDRAWN = "withdrawn", "已撤回"
    LAPSED = "lapsed", "已失效"


class ChainRestoration(SealedRow):
    """One proposal about one version of a record; kept for good, with a code, so that nobody can plant one.

    `result` is the conclusion it answers, `source` what it would be put back from, `digest` the form digest on the chain
    it must give, `standing` the digest of everything that was compared: when that changes, the proposal is void.
    """

    id = models.BigAutoField(primary_key=True)
    record_key = models.CharField(max_length=64)
    version = models.IntegerField()
    record = models.CharField(max_length=4)
    case = models.CharField(max_length=64)
    case_no = models.CharField(max_length=48)
    result = models.CharField(max_length=32)
    source = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    standing = models.CharField(max_length=64)
    changed = models.JSONField()
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=12, choices=RestorationState.choices)
    proposed_by = models.CharField(max_length=64)
    proposed_by_name = models.CharField(max_length=100)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=64, default="")
    decided_by_name = models.CharField(max_length=100, default="")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=500, default="")

    SEALED: ClassVar = (
        (
            *("record_key", "version", "record", "case", "case_no", "result", "source", "digest"),
            *("standing", "changed", "reason", "state", "proposed_by", "proposed_by_name", "proposed_at"),
            *("decided_by", "decided_by_name", "decided_at", "decision_reason"),
        ),
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record_key", "version"],
                condition=Q(state="proposed"),
                name="one_open_restoration",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["record_key", "-id"], name="restoration_record")]

    def __str__(self) -> str:
        return f"{self.case_no} 第{self.version}版恢复（{self.id}）"
