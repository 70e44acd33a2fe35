"""The faults a province's receiver can be told to show; kept and used up like those of other partners."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.switches import MOST_SECONDS, BadSwitch, Switch

FAULTS: Mapping[str, str] = {
    "refuse": "拒收（500）",
    "slow": "应答缓慢",
    "gone": "不再接收（410）",
    "not_json": "应答不是JSON",
}
NOTES: Mapping[str, str] = {
    "refuse": "一律应答500；设了次数的，满次数后恢复。平台应按间隔重试，同一记录后面的事件等待。",
    "slow": "等待设定的秒数后才应答；超过5秒平台视为失败。",
    "gone": "应答410，平台应自动停用本省的订阅。",
    "not_json": "应答200但正文不是JSON，平台视为失败。",
}
SLOW_SECONDS = 6.0


def link_of(region: str) -> str:
    """The name under which a province's faults are kept."""
    return f"province_{region}"


def parse(*, region: str, told: Mapping[str, object]) -> Switch:
    """Read a switch from JSON or form fields. Raises BadSwitch."""
    fault = str(told.get("fault", ""))
    if fault not in FAULTS:
        raise BadSwitch(f"没有开关“{fault[:40]}”，可选：{'、'.join(FAULTS)}。")
    try:
        seconds = float(str(told.get("seconds") or (SLOW_SECONDS if fault == "slow" else 0.0)))
        times = int(str(told.get("times") or 0))
    except ValueError as error:
        raise BadSwitch("秒数、次数须为数字。") from error
    if not (0 <= seconds <= MOST_SECONDS and 0 <= times <= 1000):
        raise BadSwitch(f"秒数在0到{MOST_SECONDS:g}之间，次数在0到1000之间。")
    on = str(told.get("on", "")).lower() in {"1", "true", "on", "yes"}
    return Switch(link=link_of(region), fault=fault, on=on, seconds=seconds, times=times)
