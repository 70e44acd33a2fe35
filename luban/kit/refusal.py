"""A refusal anyone may give: a code and HTTP status for machines, a Chinese sentence for people, findings if any."""

from __future__ import annotations

from luban.kit.findings import Finding


class Refused(Exception):
    """Something that may not be done now. `message` says what is wrong and what to do next."""

    def __init__(
        self, code: str, message: str, *, status: int = 409, findings: tuple[Finding, ...] = ()
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.findings = code, message, status, findings
