"""How an attempt to reach a partner can end, besides well.

There are only two ways, because only two things can follow: a business refusal is looked at by a person
(repeating it would be refused again), anything else is tried again later.
"""


class Rejected(Exception):
    """The partner understood and refused (business refusal). Never retried: a person decides.

    `code` is the partner's own code, `message` its words, fit to be shown to an official.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}：{message}" if code else message)
        self.code = code
        self.message = message


class Unavailable(Exception):
    """No trustworthy answer: time-out, refused connection, 5xx, bad signature, garbage. Retried later.

    The work may nevertheless have been done over there; repeats carry the same idempotency key.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
