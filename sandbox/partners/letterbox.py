"""函件送达, 短信平台, 政务大屏: letters online where the addressee has a channel, by hand elsewhere; text messages; figures."""

from collections.abc import Mapping
from typing import Any

from sandbox.firms import ONLINE_PROVINCES
from sandbox.partners.base import Inlet, Partner, Told
from sandbox.protocol import Refused
from sandbox.store import Store


class Letter(Told):
    """A sealed letter."""

    letter_no: str
    case_no: str
    to_adcode: str
    to_name: str
    subject: str
    file_sm3: str


class Sms(Told):
    """A text message."""

    mobile: str
    template: str
    values: dict[str, str] = {}


def _take_letter(body: Letter, store: Store) -> Mapping[str, Any]:
    online = body.to_adcode in ONLINE_PROVINCES
    return {"channel": "online" if online else "manual", "reference": f"HJ-{body.letter_no}"}


def _take_sms(body: Sms, store: Store) -> Mapping[str, Any]:
    if len(body.mobile) != 11 or not body.mobile.isdigit():
        raise Refused("E400", "手机号码应为11位数字。")
    return {"reference": f"DX-{body.mobile[-4:]}"}


class Metrics(Told):
    """The figures of the chain; their names are the pusher's."""

    as_of: str


def _take_metrics(body: Metrics, store: Store) -> Mapping[str, Any]:
    return {"reference": f"DP-{body.as_of}"}


LETTERS = Partner(
    code="letters",
    title="函件送达",
    about="苏浙皖三省厅在线送达，其余转人工寄送。",
    inlets={"/letters": Inlet(Letter, _take_letter)},
)
SMS = Partner(
    code="sms",
    title="短信平台",
    about="短信发送（演示，不真正发出）。",
    inlets={"/messages": Inlet(Sms, _take_sms)},
)
GOV_SCREEN = Partner(
    code="gov_screen",
    title="政务大屏",
    about="接收链上指标，只认最新一份（须在 LUBAN_LINKS 里写上地址才推送）。",
    inlets={"/metrics": Inlet(Metrics, _take_metrics)},
)
