"""What may go wrong: the gateway refuses (with its code), or cannot be reached."""

from __future__ import annotations


class ChainError(Exception):
    """Anything this package raises of its own."""


class Unreachable(ChainError):
    """No usable answer after all tries. A write may have arrived: ask `get_receipt`, or send it again with the same
    request id, which does no harm.
    """


class GatewayRefused(ChainError):
    """The gateway's refusal: `code` (such as 40302), `name` (such as REGION_DENIED), Chinese `message`, `request_id`."""

    def __init__(self, code: int, name: str, message: str, request_id: str = "") -> None:
        super().__init__(f"{code} {name} {message}".strip())
        self.code, self.name, self.message, self.request_id = code, name, message, request_id


class Invalid(GatewayRefused):
    """400xx: the content is wrong; sending it again does not help."""


class Unauthenticated(GatewayRefused):
    """401xx: key, signature, time or nonce."""


class Denied(GatewayRefused):
    """403xx: scope, province, data grant, address."""


class NotFound(GatewayRefused):
    """404xx."""


class Conflict(GatewayRefused):
    """409xx: it exists, has another version or state, or the request id was used for something else."""


class Busy(GatewayRefused):
    """42901, 50301: try again later."""


_KINDS: dict[int, type[GatewayRefused]] = {
    400: Invalid,
    401: Unauthenticated,
    403: Denied,
    404: NotFound,
    409: Conflict,
    429: Busy,
    503: Busy,
}


def refusal(code: int, name: str, message: str, request_id: str = "") -> GatewayRefused:
    """The exception for a code."""
    return _KINDS.get(code // 100, GatewayRefused)(code, name, message, request_id)
