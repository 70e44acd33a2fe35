"""What a password must be, when a new one is due, and setting it. Only administrators have passwords in production."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.people.models import Account, AccountKind

SHORTEST, LONG = 10, 16
CLASSES = 3


class Classes:
    """Ten characters of three classes (lower case, upper case, digits, others), or sixteen of any."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError."""
        kinds = {
            "lower" if c.islower() else "upper" if c.isupper() else "digit" if c.isdigit() else "other"
            for c in password
        }
        if len(password) < SHORTEST or (len(password) < LONG and len(kinds) < CLASSES):
            raise ValidationError(self.get_help_text())

    def get_help_text(self) -> str:
        """The rule in words."""
        return (
            f"密码至少 {SHORTEST} 位，且含大写字母、小写字母、数字、符号中的 {CLASSES} 种；"
            f"或者至少 {LONG} 位。"
        )


def due(account: Account) -> bool:
    """Whether its owner must set a new password: never set by him, or older than LUBAN_PASSWORD_DAYS."""
    if account.kind != AccountKind.OPERATOR or account.demo:
        return False
    oldest = clock.now() - timedelta(days=settings.LUBAN_PASSWORD_DAYS)
    return account.password_set_at is None or account.password_set_at < oldest


def change(*, account: Account, new: str, again: str) -> None:
    """Set a password its owner chose. Raises Refused (422) saying what is wrong with it."""
    if new != again:
        raise Refused("PASSWORD_TWICE", "两次输入的新密码不一致，请重新输入。", status=422)
    if account.check_password(new):
        raise Refused("PASSWORD_SAME", "新密码不能与现在的密码相同，请换一个。", status=422)
    try:
        validate_password(new, user=account)
    except ValidationError as faults:
        raise Refused("PASSWORD_WEAK", "".join(faults.messages), status=422) from None
    account.set_password(new)
    account.password_set_at = clock.now()
    account.save(update_fields=["password", "password_set_at"])
