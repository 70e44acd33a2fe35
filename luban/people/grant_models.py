"""Tables of the security administrator's changes to rights: the state now in one row, each change in a row of its own."""

from typing import Any, ClassVar

from django.db import models

from luban.people.genuine import SealedRow


class PermissionState(SealedRow):
    """What differs from the shipped table, in one row (id 1): pairs of right and role given, and taken away."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    version = models.PositiveIntegerField()
    given = models.JSONField(default=list)
    taken = models.JSONField(default=list)
    changed_at = models.DateTimeField()

    SEALED: ClassVar = (("id", "version", "given", "taken", "changed_at"),)

    def __str__(self) -> str:
        return "权限表"


class PermissionChange(SealedRow):
    """One change, in the order of its number; the database refuses to change or delete it."""

    version = models.PositiveIntegerField(primary_key=True)
    at = models.DateTimeField()
    account = models.CharField(max_length=64)
    right = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    gives = models.BooleanField()
    reason = models.CharField(max_length=200)

    SEALED: ClassVar = (("version", "at", "account", "right", "role", "gives", "reason"),)

    class Meta:
        ordering: ClassVar = ["-version"]

    def __str__(self) -> str:
        return f"权限调整第{self.pk}号"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never."""
        raise TypeError("a change of rights is never deleted")
