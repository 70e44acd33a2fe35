"""The digests of the solid-waste chain (waste-chain §2.2): both ends must compute the same bytes.

Every formula hashes a text that begins with the scheme `SWC1` and its own name, so that a digest of one kind can never
be mistaken for another. Each section is salted with a salt of its own derived from the record's, so that showing one
section to a province does not let it guess the others. All digests are 64 lower-case hexadecimal characters.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from luban.kit.canonical import canonical
from luban.trust.digest import hmac_sm3, is_digest, sm3

SCHEME = "SWC1"
SECTIONS = ("s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9")
REVOCATION_SECTIONS = ("r1", "r2", "r3")
DECISION = "dec"
EMPTY = "0" * 64

RecordKind = Literal["UF", "UR", "DC", "DF"]


@dataclass(frozen=True)
class Attachment:
    """One attached file: its material code, position from 1, size in bytes and SM3."""

    material_code: str
    seq: int
    size: int
    sm3: str


def new_record_salt() -> str:
    """16 random bytes as 32 lower-case hexadecimal characters; one per case, kept encrypted off chain."""
    return secrets.token_hex(16)


def record_key(*, kind: RecordKind, origin: str, number: str) -> str:
    """Key of a record: `origin` is the six-digit province code, `number` the case_no (UR: the revocation_no)."""
    return _digest("key", kind, origin, number)


def section_salt(*, record_salt: str, section: str) -> str:
    """Salt of one section (`s1`…`s9`, `dec`) under the record's salt."""
    return hmac_sm3(key=record_salt.encode(), message=section.encode())


def section_digest(*, section: str, salt: str, content: object) -> str:
    """Digest of one section; `content` is its value (not yet canonical), `salt` the section's salt."""
    return section_digest_of_text(section=section, salt=salt, text=canonical(content))


def section_digest_of_text(*, section: str, salt: str, text: str) -> str:
    """Digest of one section whose canonical JSON is already at hand."""
    return _digest("sec", section, salt, text)


def attachment_digest(attachment: Attachment) -> str:
    """Digest of one attachment."""
    _must_be_digest(attachment.sm3)
    return _digest("att", attachment.material_code, str(attachment.seq), str(attachment.size), attachment.sm3)


def attachments_root(attachments: Iterable[Attachment]) -> str:
    """Digest over all attachments, ordered by material code and position; also defined for none."""
    ordered = sorted(attachments, key=lambda a: (a.material_code, a.seq))
    return _digest("root", ",".join(attachment_digest(a) for a in ordered))


def form_digest(*, schema: str, key: str, version: int, sections: Sequence[str], root: str) -> str:
    """Digest of one version of a form: `sections` are the digests of s1 … s9 (UR: r1 … r3), `root` the attachments root.

    Raises ValueError for another number of sections or a malformed digest.
    """
    if len(sections) not in (len(SECTIONS), len(REVOCATION_SECTIONS)):
        raise ValueError(
            f"a form has {len(SECTIONS)} section digests, a revocation {len(REVOCATION_SECTIONS)}"
        )
    for digest in (key, root, *sections):
        _must_be_digest(digest)
    return _digest("form", schema, key, str(version), ",".join(sections), root)


def section_digests(*, record_salt: str, sections: Mapping[str, object]) -> dict[str, str]:
    """The digests of s1 … s9; a section that is not filled in counts as an empty object."""
    return {
        name: section_digest(
            section=name,
            salt=section_salt(record_salt=record_salt, section=name),
            content=sections.get(name, {}),
        )
        for name in SECTIONS
    }


def decision_digest(*, record_salt: str, content: object) -> str:
    """Digest of a decision."""
    return _digest("dec", section_salt(record_salt=record_salt, section=DECISION), canonical(content))


def operator_hash(*, pepper: str, account: str) -> str:
    """Pseudonym of an operator: HMAC-SM3 of the account id under the organisation's pepper."""
    return hmac_sm3(key=pepper.encode(), message=account.encode())


def organisation_id(*, region: str) -> str:
    """Id of a province's organisation; `region` is its six-digit code."""
    return _digest("org", region)


@dataclass(frozen=True)
class Entry:
    """One step of a case's chain of business (waste-chain §4.5); absent digests are EMPTY, absent texts are ''.

    Dates are the numbers the contract takes (`YYYYMMDD`, 0 for none), `occurred_at` is in milliseconds.
    """

    key: str
    seq: int
    from_state: int
    to_state: int
    form_version: int
    opinion_digest: str
    document_digest: str
    document_no: str
    approved_kg: int
    valid_from: int
    valid_to: int
    reply_result: int
    occurred_at: int
    operator_hash: str
    previous: str


def entry_hash(entry: Entry) -> str:
    """Hash of one step; it contains the previous step's hash, so the steps form a chain."""
    fields = (
        entry.key,
        entry.seq,
        entry.from_state,
        entry.to_state,
        entry.form_version,
        entry.opinion_digest,
        entry.document_digest,
        entry.document_no,
        entry.approved_kg,
        entry.valid_from,
        entry.valid_to,
        entry.reply_result,
        entry.occurred_at,
        entry.operator_hash,
        entry.previous,
    )
    return _digest("ent", *(str(f) for f in fields))


def _digest(*parts: str) -> str:
    return sm3("|".join((SCHEME, *parts)).encode())


def _must_be_digest(text: str) -> None:
    if not is_digest(text):
        raise ValueError(f"{text!r} is not an SM3 digest")
