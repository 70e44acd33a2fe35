"""Signing in by a client certificate (SM2) that the security gateway has checked: mutual GMSSL ends there, its word about
the certificate comes in headers.

The headers are believed from the gateway's own addresses only (LUBAN_GATEWAY_FROM, the direct peer: nothing a visitor
forwards counts). From anywhere else they are ignored, and the attempt is noted when somebody tries to sign in with them.
A certificate is tied to an account by serial and subject together, as an identity of its own issuer.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.people.genuine import genuine
from luban.people.guards import TRIES_PER_ADDRESS, claim
from luban.people.models import Account, Identity
from luban.people.trail import address_of, audit

ISSUER = "urn:luban:client-certificate"
GOOD = frozenset({"success", "1", "true", "ok"})
LONGEST = 255


@dataclass(frozen=True, slots=True)
class Certificate:
    """A client certificate as the gateway names it: serial in hexadecimal, subject as a distinguished name."""

    serial: str
    subject: str

    @property
    def key(self) -> str:
        """What ties it to an account."""
        return f"{self.serial} {self.subject}"


def is_configured() -> bool:
    """Whether the house stands behind such a gateway."""
    return bool(settings.LUBAN_GATEWAY_FROM)


def certificate_of(request: HttpRequest) -> Certificate | None:
    """The certificate the gateway has checked for this request; None without one, or when not the gateway says so."""
    verified, serial, subject = (
        request.headers.get(name, "").strip() for name in settings.LUBAN_GATEWAY_HEADERS
    )
    if not (verified or serial or subject) or not from_gateway(request):
        return None
    found = Certificate(serial.replace(":", "").upper(), subject)
    fits = verified.lower() in GOOD and found.serial and found.subject and len(found.key) <= LONGEST
    return found if fits else None


def from_gateway(request: HttpRequest) -> bool:
    """Whether the direct peer is the gateway."""
    try:
        peer = ip_address(request.META.get("REMOTE_ADDR", ""))
        return any(peer in ip_network(one, strict=False) for one in settings.LUBAN_GATEWAY_FROM)
    except ValueError:
        return False


def note_pretence(request: HttpRequest) -> None:
    """Note that somebody who is not the gateway sent its headers, a number of times in a quarter of an hour."""
    sent = [name for name in settings.LUBAN_GATEWAY_HEADERS if request.headers.get(name)]
    if sent and is_configured() and not from_gateway(request):
        try:
            claim(subject=f"gateway:{address_of(request)}", limit=TRIES_PER_ADDRESS, who="您所在网络")
        except Refused:
            return  # enough lines of this address
        audit(
            actor=Actor.public(),
            action="gateway.pretence",
            detail={"headers": sent, "peer": str(request.META.get("REMOTE_ADDR", ""))[:45]},
            ip=address_of(request),
        )


def holder(certificate: Certificate) -> Account | None:
    """The account a certificate is tied to. Raises RowTouched."""
    row = Identity.objects.filter(issuer=ISSUER, subject=certificate.key).first()
    return None if row is None else genuine(Account.objects.get(pk=genuine(row).account_id))


def is_bound(certificate: Certificate, *, account: Account) -> bool:
    """Whether it is this account's certificate."""
    found = holder(certificate)
    return found is not None and found.pk == account.pk
