"""Revocations of filings: one proposes, another decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from luban_chain.calls import Accepted, Calls
from luban_chain.digests import SCHEMAS, Attachment, form_digests, ordered

_PATH = "utilisation-revocations"


class Revocations(Calls):
    """Sections of a revocation are r1 (the filing), r2 (grounds), r3 (opinion)."""

    def propose_revocation(
        self,
        *,
        revocation_no: str,
        filing_key: str,
        filing_no: str,
        reason_code: int,
        sections: Mapping[str, Mapping[str, Any]],
        operator_id: str,
        record_salt: str,
        occurred_at: int,
        attachments: Sequence[Attachment] = (),
        schema_version: str = "",
        request_id: str = "",
        wait_ms: int = 0,
    ) -> Accepted:
        """POST /utilisation-revocations; `reason_code` 1–9."""
        schema = schema_version or SCHEMAS["UR"]
        digests = form_digests(
            kind="UR",
            origin=self.region,
            number=revocation_no,
            version=1,
            record_salt=record_salt,
            sections=sections,
            attachments=attachments,
            schema=schema,
        )
        body = {
            "revocation_no": revocation_no,
            "filing_key": filing_key,
            "filing_no": filing_no,
            "reason_code": reason_code,
            "schema_version": schema,
            "sections": sections,
            "record_salt": record_salt,
            "attachments": [asdict(one) for one in ordered(attachments)],
            "occurred_at": occurred_at,
            "operator_id": operator_id,
            "form_digest": digests.form_digest,
        }
        return self.write(_PATH, body=body, request_id=request_id, wait_ms=wait_ms)

    def approve_revocation(self, key: str, **said: Any) -> Accepted:
        """POST …/approve: `decision`, `operator_id` (not who proposed it), `occurred_at`."""
        return self._decided(key, "approve", **said)

    def reject_revocation(self, key: str, **said: Any) -> Accepted:
        """POST …/reject: as `approve_revocation`."""
        return self._decided(key, "reject", **said)

    def withdraw_revocation(self, key: str, **said: Any) -> Accepted:
        """POST …/withdraw: `operator_id`, `occurred_at`."""
        return self._decided(key, "withdraw", **said)

    def get_revocation(self, key: str, *, filing_no: str = "") -> dict[str, Any]:
        """By key; with `filing_no`, only when it is of that filing."""
        return self.read(_PATH, key, query={"filing_no": filing_no})

    def find_revocations(self, *, filing_no: str) -> dict[str, Any]:
        """Every revocation of a filing, in the order proposed."""
        return self.read(_PATH, query={"filing_no": filing_no})

    def verify_revocation(self, key: str, **given: Any) -> dict[str, Any]:
        """As `verify_filing`."""
        return self.post(_PATH, key, "verify", body=given)

    def _decided(
        self, key: str, word: str, *, request_id: str = "", wait_ms: int = 0, **said: Any
    ) -> Accepted:
        return self.write(_PATH, key, word, body=said, request_id=request_id, wait_ms=wait_ms)
