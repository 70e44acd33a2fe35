"""The digests of the chain (waste-chain §2.2), so that a province computes and checks everything by itself.

All digests are SM3 over a text that begins with `SWC1`, as 64 lower-case hexadecimal characters.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from gmssl_pyx import sm3_hash, sm3_hmac

from luban_chain.canonical import canonical

SCHEME = "SWC1"
FORM_SECTIONS = ("s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9")
REVOCATION_SECTIONS = ("r1", "r2", "r3")
EMPTY = "0" * 64
SCHEMAS: Mapping[str, str] = {"UF": "UF-1.0", "DF": "DF-1.0", "UR": "UR-1.0"}


@dataclass(frozen=True)
class Attachment:
    """One attached file: material code, position from 1, size in bytes, SM3, and where you keep it (optional)."""

    material_code: str
    seq: int
    size: int
    sm3: str
    url: str = ""


@dataclass(frozen=True)
class FormDigests:
    """The digests of one version of a form; `sections` by name, `attachments` in the order of the chain."""

    record_key: str
    sections: Mapping[str, str]
    attachments: tuple[str, ...]
    attachments_root: str
    form_digest: str


def sm3(content: bytes) -> str:
    """SM3 of some bytes."""
    return bytes(sm3_hash(content)).hex()


def hmac_sm3(key: bytes, message: bytes) -> str:
    """HMAC-SM3."""
    return bytes(sm3_hmac(key, message)).hex()


def attachment_of(path: Path, *, material_code: str, seq: int = 1, url: str = "") -> Attachment:
    """A file as an attachment."""
    content = path.read_bytes()
    return Attachment(material_code, seq, len(content), sm3(content), url)


def fixed(value: str | int | Decimal, places: int) -> str:
    """A number as the chain writes it: a fixed number of places, half up. Floats are not taken."""
    return str(Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


def tonnes(value: str | int | Decimal) -> str:
    """Tonnes, three places."""
    return fixed(value, 3)


def new_record_salt() -> str:
    """16 random bytes as 32 hexadecimal characters; one for each case, kept secret."""
    return secrets.token_hex(16)


def record_key(kind: str, origin: str, number: str) -> str:
    """Key of a record: kind UF, UR, DC or DF; the sending province's six digits; the case's (UR: revocation's) number."""
    return _digest("key", kind, origin, number)


def organisation_id(region: str) -> str:
    """Id of a province's organisation."""
    return _digest("org", region)


def section_salt(record_salt: str, section: str) -> str:
    """Salt of one section (`s1` … `s9`, `r1` … `r3`, `dec`)."""
    return hmac_sm3(record_salt.encode(), section.encode())


def section_digest(section: str, salt: str, content: object) -> str:
    """Digest of one section under its own salt. Raises NotCanonical."""
    return _digest("sec", section, salt, canonical(content))


def decision_digest(record_salt: str, content: object) -> str:
    """Digest of a decision or opinion. Raises NotCanonical."""
    return _digest("dec", section_salt(record_salt, "dec"), canonical(content))


def attachment_digest(one: Attachment) -> str:
    """Digest of one attachment."""
    return _digest("att", one.material_code, str(one.seq), str(one.size), one.sm3)


def ordered(attachments: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """Attachments in the order of the chain."""
    return tuple(sorted(attachments, key=lambda one: (one.material_code, one.seq)))


def attachments_root(attachments: Iterable[Attachment]) -> str:
    """Digest over all attachments; also defined for none."""
    return _digest("root", ",".join(attachment_digest(one) for one in ordered(attachments)))


def form_digests(
    *,
    kind: str,
    origin: str,
    number: str,
    version: int,
    record_salt: str,
    sections: Mapping[str, Any],
    attachments: Sequence[Attachment] = (),
    schema: str = "",
) -> FormDigests:
    """All digests of one version of a form. `kind` UF, DF or UR. Raises ValueError for other sections, NotCanonical."""
    names = REVOCATION_SECTIONS if kind == "UR" else FORM_SECTIONS
    if set(sections) - set(names):
        raise ValueError(f"{kind} has no sections {sorted(set(sections) - set(names))}")
    key = record_key(kind, origin, number)
    found = {
        name: section_digest(name, section_salt(record_salt, name), sections.get(name, {})) for name in names
    }
    root = attachments_root(attachments)
    whole = _digest("form", schema or SCHEMAS[kind], key, str(version), ",".join(found.values()), root)
    return FormDigests(key, found, tuple(attachment_digest(one) for one in ordered(attachments)), root, whole)


def entry_hash(*parts: str | int) -> str:
    """Hash of one entry of a case's chain of business, from its fields in the order of waste-chain §4.5."""
    return _digest("ent", *(str(part) for part in parts))


def verify_sections(record: Mapping[str, Any]) -> dict[str, bool]:
    """By section the gateway disclosed with its salt: whether its content has the digest that stands on the chain.

    `record` is what `get_filing`, `get_form` or `get_revocation` returned, or the body of a callback; sections disclosed
    in part carry no salt and are left out. Raises ValueError when the record names no digests of the chain.
    """
    names = REVOCATION_SECTIONS if "r1" in record.get("sections", {}) else FORM_SECTIONS
    on_chain = dict(zip(names, record.get("evidence", {}).get("sectionDigests", ()), strict=False))
    found = {}
    for name, told in record.get("sections", {}).items():
        if not told.get("section_salt"):
            continue
        expected = on_chain.get(name) or told.get("section_digest")
        if not expected:
            raise ValueError(f"the record carries no digest of section {name}")
        found[name] = section_digest(name, told["section_salt"], told["data"]) == expected
    return found


def _digest(*parts: str) -> str:
    return sm3("|".join((SCHEME, *parts)).encode())
