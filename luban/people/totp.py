"""One-time codes of administrators (RFC 6238: 30 seconds, six digits, one step either way), each used once.

The key lies in the house's envelope and is opened only to compare. It counts from the first code its owner has shown;
until then every visit to the page of enrolment shows the same key.
"""

from __future__ import annotations

import hmac

import pyotp
from django.db import IntegrityError, transaction

from luban.kit.clock import clock
from luban.people.genuine import genuine
from luban.people.models import Account, SecondFactor
from luban.trust import ring
from luban.trust.envelope import hide, rehide, reveal

STEP_SECONDS = 30
STEPS_EITHER_WAY = 1
ISSUER = "绿办 Luban"


def is_enrolled(*, account: Account) -> bool:
    """Whether the account has shown a code before."""
    return SecondFactor.objects.filter(account=account, enrolled_at__isnull=False).exists()


def key_of(*, account: Account) -> str:
    """The key (Base32), made at first sight. Raises KeyMissing, EnvelopeBroken, RowTouched."""
    row = SecondFactor.objects.filter(account=account).first()
    if row is None:
        secret = hide(value=pyotp.random_base32(), keys=ring.keys(), context=_context(account.pk))
        row = SecondFactor(account=account, secret=secret)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:  # made by another request of the same person just now
            row = SecondFactor.objects.get(account=account)
    return _key(genuine(row))


def address_of_key(*, account: Account) -> str:
    """What the QR code of enrolment holds (``otpauth://…``)."""
    return pyotp.TOTP(key_of(account=account)).provisioning_uri(name=account.username, issuer_name=ISSUER)


def enrolled_by_demo(*, account: Account) -> None:
    """Give a demonstration account its key without a first code."""
    key_of(account=account)
    row = genuine(SecondFactor.objects.get(account=account))
    if row.enrolled_at is None:
        row.enrolled_at = clock.now()
        row.save()


def code_now(*, account: Account) -> str:
    """The code of this moment: what the owner's device would show."""
    return _code(key_of(account=account), _step())


def accepts(*, account: Account, code: str) -> bool:
    """Whether a code is right and was not used before; it is used up by this, and the key counts from now on."""
    with transaction.atomic():
        row = SecondFactor.objects.select_for_update().filter(account=account).first()
        if row is None:
            return False
        key, now = _key(genuine(row)), _step()
        for step in range(now - STEPS_EITHER_WAY, now + STEPS_EITHER_WAY + 1):
            if step > row.last_step and hmac.compare_digest(_code(key, step).encode(), code.encode()):
                row.last_step = step
                row.enrolled_at = row.enrolled_at or clock.now()
                row.save()
                return True
    return False


def forget_key(*, account: Account) -> bool:
    """Drop the key: the next sign-in enrols anew. Whether there was one."""
    dropped, _ = SecondFactor.objects.filter(account=account).delete()
    return bool(dropped)


def rehidden(row: SecondFactor) -> dict[str, str]:
    """The key in an envelope under the current data key. Raises KeyMissing, EnvelopeBroken."""
    return rehide(hidden=row.secret, keys=ring.keys(), context=_context(row.pk))


def _key(row: SecondFactor) -> str:
    return str(reveal(hidden=row.secret, keys=ring.keys(), context=_context(row.pk)))


def _context(account: int) -> str:
    return f"totp|{account}"


def _step() -> int:
    return int(clock.now().timestamp()) // STEP_SECONDS


def _code(key: str, step: int) -> str:
    return pyotp.TOTP(key, interval=STEP_SECONDS).generate_otp(step)
