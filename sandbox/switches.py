"""The faults a partner can be told to show."""

from collections.abc import Mapping
from dataclasses import dataclass

FAULTS: Mapping[str, str] = {
    "down": "停机（503）",
    "drop": "断开连接",
    "slow": "应答缓慢",
    "lost_answer": "办了但应答丢失",
    "reject": "业务拒绝",
    "bad_signature": "应答签名错误",
    "duplicate": "回调重复推送",
    "out_of_order": "回调乱序推送",
    "late_push": "回调迟到",
    "bad_push": "回调签名错误",
}
IDENTITY_FAULTS: Mapping[str, str] = {
    "down": FAULTS["down"],
    "slow": FAULTS["slow"],
    "reject": "拒绝登录",
    "bad_signature": "凭据签名错误",
    "bad_nonce": "凭据与登录不对应（nonce）",
    "bad_audience": "凭据发给别的应用",
    "expired_token": "凭据已过期",
}
"""What an identity platform can be told to show."""
IDENTITY = "identity_"
"""How the links of the identity platforms begin."""
DEFAULT_SECONDS: Mapping[str, float] = {"slow": 5.0, "lost_answer": 0.0, "late_push": 10.0}
"""How long before the answer or the push comes, or before the connection breaks."""
MOST_SECONDS = 120.0


class BadSwitch(ValueError):
    """A switch that does not exist or cannot be set so; the message says what is possible."""


@dataclass(frozen=True)
class Switch:
    """One fault of one partner. `times` 0: until switched off; otherwise it shows that often and goes off."""

    link: str
    fault: str
    on: bool
    seconds: float = 0.0
    times: int = 0


def parse(*, told: Mapping[str, object], links: frozenset[str]) -> Switch:
    """Read a switch from JSON or form fields. Raises BadSwitch."""
    link, fault = str(told.get("link", "")), str(told.get("fault", ""))
    if link not in links:
        raise BadSwitch(f"没有对接系统“{link}”，可选：{'、'.join(sorted(links))}。")
    faults = IDENTITY_FAULTS if link.startswith(IDENTITY) else FAULTS
    if fault not in faults:
        raise BadSwitch(f"没有开关“{fault}”，可选：{'、'.join(faults)}。")
    try:
        seconds = float(str(told.get("seconds") or DEFAULT_SECONDS.get(fault, 0.0)))
        times = int(str(told.get("times") or 0))
    except ValueError as error:
        raise BadSwitch("秒数、次数须为数字。") from error
    if not (0 <= seconds <= MOST_SECONDS and 0 <= times <= 1000):
        raise BadSwitch(f"秒数在0到{MOST_SECONDS:g}之间，次数在0到1000之间。")
    on = str(told.get("on", "")).lower() in {"1", "true", "on", "yes"}
    return Switch(link=link, fault=fault, on=on, seconds=seconds, times=times)
