"""What assessments looked at, in PostgreSQL: written in the act's transaction, read many at once.

A text is found by its SM3 and lies in an SM4 envelope bound to that digest, since carriers' and receivers' facts name
persons and telephones. The same receivers looked at by a thousand cases are kept once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from luban.cases.models import KeptFact
from luban.trust.envelope import unwrap, wrap
from luban.trust.keys import KeyProvider


def keep(*, texts: Mapping[str, bytes], keys: KeyProvider) -> None:
    """Keep texts by their digests, in one statement; those kept already stay as they are."""
    rows = [
        KeptFact(digest=digest, sealed=wrap(data=text, keys=keys, context=digest.encode()))
        for digest, text in sorted(texts.items())
    ]
    KeptFact.objects.bulk_create(rows, ignore_conflicts=True)


def envelopes(*, digests: Iterable[str]) -> dict[str, bytes]:
    """The envelopes of digests, in one statement; those that are not kept are left out."""
    rows = KeptFact.objects.filter(digest__in=set(digests)).values_list("digest", "sealed")
    return {digest: bytes(sealed) for digest, sealed in rows}


def text_of(*, digest: str, envelope: bytes, keys: KeyProvider) -> bytes:
    """The text in an envelope of that digest. Raises KeyMissing, EnvelopeBroken."""
    return unwrap(envelope=envelope, keys=keys, context=digest.encode())
