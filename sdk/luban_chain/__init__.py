"""The client of the solid-waste chain's gateway: push, query, verify, subscribe; digests and signatures computed here."""

from luban_chain.calls import Accepted, Receipt
from luban_chain.canonical import NotCanonical, canonical
from luban_chain.client import ChainClient
from luban_chain.digests import (
    Attachment,
    FormDigests,
    attachment_of,
    decision_digest,
    form_digests,
    new_record_salt,
    organisation_id,
    record_key,
    tonnes,
    verify_sections,
)
from luban_chain.errors import (
    Busy,
    ChainError,
    Conflict,
    Denied,
    GatewayRefused,
    Invalid,
    NotFound,
    Unauthenticated,
    Unreachable,
)
from luban_chain.events import CallbackRefused, read_callback
from luban_chain.signing import callback_signature, signature

__version__ = "0.1.0"

__all__ = [
    "Accepted",
    "Attachment",
    "Busy",
    "CallbackRefused",
    "ChainClient",
    "ChainError",
    "Conflict",
    "Denied",
    "FormDigests",
    "GatewayRefused",
    "Invalid",
    "NotCanonical",
    "NotFound",
    "Receipt",
    "Unauthenticated",
    "Unreachable",
    "attachment_of",
    "callback_signature",
    "canonical",
    "decision_digest",
    "form_digests",
    "new_record_salt",
    "organisation_id",
    "read_callback",
    "record_key",
    "signature",
    "tonnes",
    "verify_sections",
]
