"""Storage and disposal cases: begun, moved on, answered by the receiving province, read entry by entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban_chain.calls import Accepted, Calls

_PATH = "disposal-cases"


class Cases(Calls):
    """Every write names the entry it follows (`expected_seq`), so that nothing is written over unseen."""

    def create_case(
        self,
        *,
        form_key: str,
        form_version: int,
        core: Mapping[str, Any],
        operator_id: str,
        occurred_at: int,
        request_id: str = "",
        wait_ms: int = 0,
    ) -> Accepted:
        """POST /disposal-cases, after `create_form`."""
        body = {
            "form_key": form_key,
            "form_version": form_version,
            "core": core,
            "operator_id": operator_id,
            "occurred_at": occurred_at,
        }
        return self.write(_PATH, body=body, request_id=request_id, wait_ms=wait_ms)

    def update_case(self, key: str, *, request_id: str = "", wait_ms: int = 0, **said: Any) -> Accepted:
        """POST …/versions, filed anew after a correction: as `create_case`, with `expected_seq`."""
        return self.write(_PATH, key, "versions", body=said, request_id=request_id, wait_ms=wait_ms)

    def transition_case(self, key: str, *, request_id: str = "", wait_ms: int = 0, **said: Any) -> Accepted:
        """POST …/transitions: `expected_seq`, `to`, `opinion`, `doc` {no, sm3}, `approved_kg`, `valid_from`, `valid_to`
        (YYYYMMDD), `operator_id`, `occurred_at`.
        """
        return self.write(_PATH, key, "transitions", body=said, request_id=request_id, wait_ms=wait_ms)

    def reply_case(self, key: str, *, request_id: str = "", wait_ms: int = 0, **said: Any) -> Accepted:
        """POST …/reply, by the receiving province: `expected_seq`, `result` (1 agree, 2 in part, 3 disagree, 4 more is
        needed), `reply_kg`, `reply_valid_to`, `doc` {no, sm3}, `operator_id`, `occurred_at`.
        """
        return self.write(_PATH, key, "reply", body=said, request_id=request_id, wait_ms=wait_ms)

    def get_case(self, key: str) -> dict[str, Any]:
        """Where a case stands."""
        return self.read(_PATH, key)

    def get_case_entries(self, key: str, *, from_seq: int = 1, count: int = 50) -> dict[str, Any]:
        """Its entries, at most 50 at a time."""
        return self.read(_PATH, key, "entries", query={"from_seq": from_seq, "count": count})

    def verify_case(self, key: str, **given: Any) -> dict[str, Any]:
        """Every entry recomputed and its link checked; `seq` and `entry_hash` compare one you hold."""
        return self.post(_PATH, key, "verify", body=given)
