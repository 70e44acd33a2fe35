"""Who asks and what may go wrong: callers, and the error codes of waste-chain §6.3.

The first three digits of a code are the HTTP status.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ERRORS: Mapping[int, str] = {
    40001: "INVALID_PARAM",
    40002: "SCHEMA_MISMATCH",
    40003: "DIGEST_MISMATCH",
    40004: "CHAIN_BROKEN",
    40101: "APP_KEY_UNKNOWN",
    40102: "SIGNATURE_INVALID",
    40103: "TIMESTAMP_EXPIRED",
    40104: "NONCE_REPLAYED",
    40105: "APP_DISABLED",
    40106: "SECRET_EXPIRED",
    40301: "SCOPE_DENIED",
    40302: "REGION_DENIED",
    40303: "NO_DATA_GRANT",
    40304: "IP_DENIED",
    40401: "RECORD_NOT_FOUND",
    40402: "VERSION_NOT_FOUND",
    40403: "SUBSCRIPTION_NOT_FOUND",
    40901: "ALREADY_EXISTS",
    40902: "VERSION_CONFLICT",
    40903: "ILLEGAL_TRANSITION",
    40904: "IDEMPOTENCY_CONFLICT",
    40905: "SELF_APPROVAL",
    40906: "DUPLICATE_DOC_NO",
    42901: "RATE_LIMITED",
    50000: "INTERNAL",
    50301: "CHAIN_UNAVAILABLE",
}

CONTRACT_CODES: Mapping[str, int] = {
    "InvalidInput": 40001,
    "ChainBroken": 40004,
    "TimeReversed": 40004,
    "NotAuthorized": 40301,
    "RegionMismatch": 40302,
    "NotFound": 40401,
    "AlreadyExists": 40901,
    "VersionConflict": 40902,
    "IllegalTransition": 40903,
    "SelfApproval": 40905,
    "DuplicateDocNo": 40906,
    "InvalidArguments": 40001,
}
"""What a contract refuses with → code."""

CONTRACT_WORDS: Mapping[int, str] = {
    40001: "合约不接受所填内容",
    40004: "与上一版存证不相接",
    40301: "本组织在链上没有此项权限",
    40302: "记录不属于本省",
    40401: "链上没有该记录",
    40901: "链上已有该记录或在途的同类记录",
    40902: "版本号与链上当前版本不符",
    40903: "链上当前状态不允许此操作",
    40905: "审批人与发起人相同",
    40906: "备案号或许可号已被使用",
}


class GatewayError(Exception):
    """A refusal: `code` of the table, its `name`, a Chinese `message` that says what is wrong."""

    def __init__(self, code: int, message: str, *, name: str = "") -> None:
        super().__init__(message)
        self.code, self.name, self.message = code, name or ERRORS[code], message

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.code // 100


@dataclass(frozen=True)
class Caller:
    """An application that has proved who it is. `inner`: ourselves, in process."""

    app: str
    region: str
    org_id: str
    scopes: frozenset[str]
    inner: bool = False

    def may(self, scope: str) -> bool:
        """Whether the application holds a scope."""
        return scope in self.scopes

    def need(self, *scopes: str) -> None:
        """Pass when the application holds one of these scopes. Raises GatewayError (40301)."""
        if not self.scopes.intersection(scopes):
            raise GatewayError(40301, f"应用没有“{'”或“'.join(scopes)}”权限，请联系链与接入管理员开通。")


def refused_by_contract(reason: str) -> GatewayError:
    """The error behind a contract's refusal such as `InvalidInput:endDate`."""
    name, _, field = reason.partition(":")
    code = CONTRACT_CODES.get(name, 40001)
    what = CONTRACT_WORDS[code]
    return GatewayError(code, f"{what}（{reason}）。" if field or name not in CONTRACT_CODES else f"{what}。")
