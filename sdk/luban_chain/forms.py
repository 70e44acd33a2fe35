"""Filings and disposal forms: pushed version by version, found, read, verified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from luban_chain.calls import Accepted, Calls
from luban_chain.digests import SCHEMAS, Attachment, form_digests, ordered
from luban_chain.digests import verify_sections as _verify_sections


class Forms(Calls):
    """`core` is the plain core in the chain's own field names; `sections` are s1 … s9; `occurred_at` milliseconds."""

    def create_filing(self, *, case_no: str, **form: Any) -> Accepted:
        """POST /utilisation-filings. Takes the arguments of `push_form`."""
        return self.push_form("UF", case_no=case_no, version=1, path=("utilisation-filings",), **form)

    def append_filing_version(self, key: str, *, expected_version: int, **form: Any) -> Accepted:
        """POST /utilisation-filings/{key}/versions: the version after `expected_version`."""
        path = ("utilisation-filings", key, "versions")
        return self.push_form("UF", version=expected_version + 1, path=path, **form)

    def create_form(self, *, case_no: str, **form: Any) -> Accepted:
        """POST /disposal-forms. Takes the arguments of `push_form`."""
        return self.push_form("DF", case_no=case_no, version=1, path=("disposal-forms",), **form)

    def update_form(self, key: str, *, expected_version: int, **form: Any) -> Accepted:
        """POST /disposal-forms/{key}/versions."""
        return self.push_form(
            "DF", version=expected_version + 1, path=("disposal-forms", key, "versions"), **form
        )

    def push_form(
        self,
        kind: str,
        *,
        path: tuple[str, ...],
        version: int,
        case_no: str,
        core: Mapping[str, Any],
        sections: Mapping[str, Mapping[str, Any]],
        record_salt: str,
        occurred_at: int,
        operator_id: str,
        attachments: Sequence[Attachment] = (),
        schema_version: str = "",
        request_id: str = "",
        wait_ms: int = 0,
    ) -> Accepted:
        """Push one version; its digests are computed here and once more by the gateway, which must agree."""
        schema = schema_version or SCHEMAS[kind]
        digests = form_digests(
            kind=kind,
            origin=self.region,
            number=case_no,
            version=version,
            record_salt=record_salt,
            sections=sections,
            attachments=attachments,
            schema=schema,
        )
        body = {
            "case_no": case_no,
            "schema_version": schema,
            "core": core,
            "sections": sections,
            "record_salt": record_salt,
            "attachments": [asdict(one) for one in ordered(attachments)],
            "occurred_at": occurred_at,
            "operator_id": operator_id,
            "form_digest": digests.form_digest,
        }
        if version > 1:
            body["expected_version"] = version - 1
        return self.write(*path, body=body, request_id=request_id, wait_ms=wait_ms)

    def decide_filing(self, key: str, *, wait_ms: int = 0, request_id: str = "", **said: Any) -> Accepted:
        """POST …/decision: `result` (filed, rejected), `filing_no`, `decision`, `decision_digest`, `operator_id`."""
        path = ("utilisation-filings", key, "decision")
        return self.write(*path, body=said, request_id=request_id, wait_ms=wait_ms)

    def withdraw_filing(
        self, key: str, *, operator_id: str, occurred_at: int, request_id: str = "", wait_ms: int = 0
    ) -> Accepted:
        """POST …/withdraw."""
        body = {"operator_id": operator_id, "occurred_at": occurred_at}
        path = ("utilisation-filings", key, "withdraw")
        return self.write(*path, body=body, request_id=request_id, wait_ms=wait_ms)

    def get_filing(self, key: str, *, version: int = 0, filing_no: str = "") -> dict[str, Any]:
        """By key; with `filing_no`, only when that number is this record's."""
        return self.read("utilisation-filings", key, query={"version": version or "", "filing_no": filing_no})

    def find_filings(self, **query: Any) -> dict[str, Any]:
        """By `filing_no`, `case_no`, `generator_uscc`, `receiver_uscc`, `dest_province`, `status`; `page`, `size` ≤ 100."""
        return self.read("utilisation-filings", query=query)

    def verify_filing(self, key: str, **given: Any) -> dict[str, Any]:
        """Against the chain: `version`, and what you hold: `form_digest`, `attachment_digests`, `sections`."""
        return self.post("utilisation-filings", key, "verify", body=given)

    def get_form(self, key: str, *, version: int = 0) -> dict[str, Any]:
        """A disposal form by key."""
        return self.read("disposal-forms", key, query={"version": version or ""})

    def get_form_history(self, key: str) -> dict[str, Any]:
        """Every version's digest, the digest before it, and its times."""
        return self.read("disposal-forms", key, "history")

    def verify_form(self, key: str, **given: Any) -> dict[str, Any]:
        """As `verify_filing`."""
        return self.post("disposal-forms", key, "verify", body=given)

    @staticmethod
    def verify_sections(record: Mapping[str, Any]) -> dict[str, bool]:
        """By disclosed section: whether its content has the digest that stands on the chain. Computed here alone."""
        return _verify_sections(record)
