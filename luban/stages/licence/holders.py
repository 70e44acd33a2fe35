"""Who holds a number: the paper of an event, and the licence that paper is, where it has a number of its own."""

from __future__ import annotations


def holder_of(case_id: str, seq: int, code: str) -> str:
    """The paper `code` asked for by event `seq` of a case."""
    return f"{case_id}:{seq}:{code}"


def licence_holder(case_id: str, seq: int, code: str) -> str:
    """The licence that paper is."""
    return f"{holder_of(case_id, seq, code)}:licence"
