"""Tables of people: organisations, accounts, failed sign-ins and the audit trail.

An account always travels with its organisation and that one's parent (one joined query), because every request
needs them together. Roles and authorised items are short lists, kept as JSON and checked against the table of roles.
Other layers never see these rows: they get an ``Actor`` or an ``OrganisationCard``.
"""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.core.exceptions import ValidationError
from django.db import models

from luban.people.duties import roles_clash
from luban.people.genuine import SealedRow
from luban.people.grant_models import PermissionChange, PermissionState
from luban.people.pace_models import PaceCount
from luban.people.roles import FIRM_ROLES, OFFICIAL_ROLES, OPERATOR_ROLES, ROLES, Kind

__all__ = [
    "Account",
    "AccountKind",
    "AuditEntry",
    "AuditSeal",
    "Identity",
    "Organisation",
    "PaceCount",
    "PermissionChange",
    "PermissionState",
    "SecondFactor",
    "SigninGuard",
]


class Organisation(models.Model):
    """A bureau, division, institution, province or firm; ``code`` is its 6-digit code, or a firm's USCC."""

    code = models.CharField(primary_key=True, max_length=32)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20)  # a value of roles.Kind
    adcode = models.CharField(max_length=6, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    enabled = models.BooleanField(default=True)
    letter_title = models.CharField(max_length=100, blank=True)
    seal_code = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class AccountKind(models.TextChoices):
    """Which sign-in page an account belongs to."""

    ENTERPRISE = "enterprise", "企业"
    OFFICIAL = "official", "工作人员"
    OPERATOR = "operator", "运维"


ROLES_OF_KIND = {
    AccountKind.ENTERPRISE: FIRM_ROLES,
    AccountKind.OFFICIAL: OFFICIAL_ROLES,
    AccountKind.OPERATOR: OPERATOR_ROLES,
}


class AccountManager(BaseUserManager["Account"]):
    """Accounts with organisation and parent in the same query. Lock rows with ``select_for_update(of=("self",))``."""

    def get_queryset(self) -> "models.QuerySet[Account]":
        """Every query joins the organisation."""
        return super().get_queryset().select_related("organisation__parent")


class Account(AbstractBaseUser, SealedRow):
    """Someone who can sign in. The first of ``roles`` is active until another is chosen.

    The row carries a code: roles given by hand in the database are not roles. Write it by ``save``.
    """

    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=50)
    kind = models.CharField(max_length=12, choices=AccountKind.choices)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)
    roles = models.JSONField(default=list)
    items = models.JSONField(default=list, blank=True)
    enabled = models.BooleanField(default=True)
    signed_in_at = models.DateTimeField(null=True, blank=True)
    demo = models.BooleanField(default=False)
    password_set_at = models.DateTimeField(null=True, blank=True)  # by its owner; None: never
    session_mark = models.CharField(max_length=43, default="", db_default="", blank=True)

    last_login = None

    SEALED: ClassVar = (
        ("username", "name", "kind", "organisation_id", "roles", "items", "enabled", "demo", "password"),
        ("password_set_at",),
    )
    UNSEALED: ClassVar = ("id", "signed_in_at", "last_login", "session_mark")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "kind"]
    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        base_manager_name = "objects"
        ordering: ClassVar = ["username"]

    def __str__(self) -> str:
        return self.username

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """What Django's sign-in asks: the account and its organisation (and that one's bureau) are enabled."""
        organisation = self.organisation
        while organisation is not None:
            if not organisation.enabled:
                return False
            organisation = organisation.parent
        return self.enabled

    def clean(self) -> None:
        """Refuse roles that do not exist, do not fit the organisation, or must not be held together. An official may
        have none: it then does nothing (`staff`).
        """
        super().clean()
        if not self.roles and self.kind != AccountKind.OFFICIAL:
            raise ValidationError("请至少选择一个角色。")
        for code in self.roles:
            role = ROLES.get(code)
            if role is None or code not in ROLES_OF_KIND[AccountKind(self.kind)]:
                raise ValidationError(f"“{code}”不是该类账号的角色，请从角色表中选择。")
            kind = self.organisation.kind if self.organisation else None
            if role.kinds and kind not in role.kinds and not (kind is None and Kind.PERSON in role.kinds):
                raise ValidationError(f"角色“{role.title}”不能授给该类机构的账号，请更换机构或角色。")
        clash = roles_clash(self.roles)
        if clash:
            raise ValidationError(clash)


class Identity(SealedRow):
    """Who else vouches for an account: an identity platform (its issuer and the subject there), or a client certificate
    (`people.gateway`). An account has at most one of each issuer.
    """

    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="identities")
    linked_at = models.DateTimeField()

    SEALED: ClassVar = (("issuer", "subject", "account_id", "linked_at"),)
    UNSEALED: ClassVar = ("id",)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="people_identity_once"),
            models.UniqueConstraint(fields=["issuer", "account"], name="people_identity_one"),
        ]

    def __str__(self) -> str:
        return f"身份绑定{self.pk}"


class SecondFactor(SealedRow):
    """The key of an administrator's one-time codes, enveloped, and the last code that was used (its 30 seconds' number).

    It counts from `enrolled_at`; before, the person has not yet shown a code made with it.
    """

    account = models.OneToOneField(
        Account, primary_key=True, on_delete=models.PROTECT, related_name="second_factor"
    )
    secret = models.JSONField()  # {"$sm4": …}
    last_step = models.BigIntegerField(default=0)
    enrolled_at = models.DateTimeField(null=True, blank=True)

    SEALED: ClassVar = (("account_id", "secret", "last_step", "enrolled_at"),)

    def __str__(self) -> str:
        return f"动态口令{self.pk}"


class SigninGuard(models.Model):
    """Failed sign-ins of one account name or one address (``account:suxin``, ``ip:10.0.0.8``) in the current window."""

    subject = models.CharField(primary_key=True, max_length=100)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)


class AuditEntry(SealedRow):
    """One line of the audit trail; the database refuses to change or delete it (see the migration's trigger)."""

    at = models.DateTimeField()
    account = models.CharField(max_length=64)
    role = models.CharField(max_length=32, blank=True)
    organisation = models.CharField(max_length=32, blank=True)
    action = models.CharField(max_length=64)
    object = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)
    ip = models.CharField(max_length=45, blank=True)

    ref = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)

    SEALED: ClassVar = (
        ("at", "account", "role", "organisation", "action", "object", "detail", "ip"),
        ("ref",),  # so that a copy of a genuine line is not one
    )
    UNSEALED: ClassVar = ("id",)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["account", "-id"], name="people_audit_account"),
            models.Index(fields=["object", "-id"], name="people_audit_object"),
            models.Index(fields=["action", "-id"], name="people_audit_action"),
        ]

    def __str__(self) -> str:
        return f"第{self.pk}条 {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new line; an existing one is never written again."""
        if self.pk is not None:
            raise TypeError("an audit entry is written once")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never."""
        raise TypeError("an audit entry is never deleted")


class AuditSeal(models.Model):
    """A checkpoint of the trail: the lines it takes up (by id, in order), the chain's digest after them, the platform's
    SM2 signature. ``last`` is the highest id so far. Append-only like the lines.
    """

    number = models.BigIntegerField(primary_key=True)
    entries = ArrayField(models.BigIntegerField())
    last = models.BigIntegerField()
    prev = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    certificate = models.TextField()
    signature = models.TextField()

    def __str__(self) -> str:
        return f"第{self.number}号检查点"
