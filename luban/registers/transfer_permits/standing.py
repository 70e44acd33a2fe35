"""What a permit is on a day: one order, the first that applies. Pure.

Source: domain brief 危险废物 第一部分 §8 (有效｜未生效｜用尽｜到期失效｜已变更｜撤销｜注销), domain README §4.3 (the order; the
last day still counts). The verification page computes the same of the licence; this is what the register's lists say.
"""

from __future__ import annotations

from datetime import date

from luban.registers.transfer_permits.parts import Permit

STANDINGS = {
    "reserved": "已决定待制证",
    "valid": "有效",
    "not_yet": "未生效",
    "used_up": "用尽",
    "expired": "到期失效",
    "superseded": "已变更",
    "revoked": "撤销",
    "cancelled": "注销",
}
"""What a permit can be, with the brief's words."""

SETTLED = ("revoked", "cancelled", "superseded", "expired")
"""What no later day changes."""


def standing_on(permit: Permit, day: date) -> str:
    """The code of `STANDINGS` for a permit on a day."""
    if permit.status in ("revoked", "cancelled", "superseded"):
        return permit.status
    if day > permit.valid_to:
        return "expired"
    if permit.status == "reserved":
        return "reserved"
    if permit.rows and not permit.left:
        return "used_up"
    return "not_yet" if day < permit.valid_from else "valid"
