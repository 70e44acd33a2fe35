"""What stands on the big screen at a moment: figures in words, pictures, the newest records. Nothing is made up: what
is not known is a dash, and figures that are old say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings

from luban.cases import house
from luban.faces.screen.pictures import (
    Flows,
    Hours,
    Kind,
    amount,
    flows_drawn,
    hours_drawn,
    kinds_drawn,
    unit_of,
)
from luban.kit.book import BookOnDay
from luban.kit.clock import clock
from luban.ledger.setup import has_joined
from luban.stages.chain.figures import Figures, figures
from luban.stages.chain.figures_feed import Checked, Line, checks, hours, last_block_age, newest

NOTHING = "—"
MEMBERS = ("310000", "320000", "330000", "340000")
MODES = {"road": "公路", "ship": "水路", "other": "其他"}
EMBEDDED = "embedded"
TOGETHER = "沪苏浙皖生态环境部门共同记录，任何一方都不能单独改动"
ALONE = "沪苏浙皖跨省转移的备案、撤销与审批　·　内置链节点（单一出块者），接入联盟链后由各方共同记录"
WEEKDAYS = "一二三四五六日"
_ABBREVIATIONS = {"310000": "沪", "320000": "苏", "330000": "浙", "340000": "皖"}


@dataclass(frozen=True)
class Card:
    """One figure: title, number, what stands small beside it, a note below."""

    title: str
    number: str
    small: str = ""
    note: str = ""


@dataclass(frozen=True)
class Told:
    """A newest record as one line."""

    time: str
    title: str
    tone: str
    route: str
    uscc: str
    what: str


@dataclass(frozen=True)
class Content:
    """The whole screen."""

    cards: tuple[Card, ...]
    business: tuple[Card, ...]
    hours: Hours
    kinds: tuple[Kind, ...]
    flows: Flows
    newest: tuple[Told, ...]
    checked: Checked
    pass_rate: str
    foot: tuple[str, ...]
    joined: str
    now: datetime
    day: str
    as_of: datetime | None
    stale: bool
    demo: bool
    about: str


def content_now() -> Content:
    """The screen now."""
    found, now = figures(), clock.now()
    province, category = _province(), _category()
    return Content(
        cards=_cards(found),
        business=_business(found),
        hours=hours_drawn(hours(now=now)),
        kinds=kinds_drawn(found.values["by_category"] or (), category),
        flows=flows_drawn(found.values["by_route"] or (), province),
        newest=tuple(_told(line, province, category, now) for line in newest()),
        checked=checks(now=now),
        pass_rate=_percent(found.values["verify_pass_rate"]),
        foot=_foot(found),
        joined="　".join(_joined(province)),
        now=now,
        day=f"{now.year} 年 {now.month} 月 {now.day} 日　周{WEEKDAYS[now.weekday()]}",
        as_of=found.as_of,
        stale=found.stale,
        demo=bool(settings.LUBAN_DEMO),
        about=ALONE if settings.LUBAN_CHAIN_PROFILE == EMBEDDED else TOGETHER,
    )


def _cards(found: Figures) -> tuple[Card, ...]:
    v = found.values
    tonnage = v["tonnage_year"]
    divisor, unit = unit_of(tonnage or 0)
    year = NOTHING if tonnage is None else amount(tonnage, divisor)
    return (
        Card("最新区块高度", _number(v["latest_block_height"]), note=_age(last_block_age())),
        Card(
            "累计交易", _number(v["total_transactions"]), note=f"今日 {_number(v['today_transactions'])} 笔"
        ),
        Card("节点", _number(v["node_count"]), f"在线 {_number(v['node_online'])}", "本平台连接的节点"),
        Card(
            "智能合约",
            _number(v["contract_count"]),
            f"业务 {_number(v['business_contract_count'])}",
            "备案、撤销、申请表、审批",
        ),
        Card("合约执行", _number(v["contract_call_count"]), note="只计成功写入"),
        Card("本年转移量", year, unit, "备案与批准，不含已撤销"),
    )


def _business(found: Figures) -> tuple[Card, ...]:
    v = found.values
    modes = "　".join(f"{MODES[one['mode']]} {one['count']:,} 件" for one in v["by_mode"] or ())
    return (
        Card("转移利用备案", _number(v["filings_total"]), note=f"本年 {_number(v['filings_year'])}"),
        Card("备案撤销", _number(v["revocations_total"]), note="已同意撤销"),
        Card("贮存处置审批", _number(v["disposal_total"]), note=f"准予 {_number(v['disposal_approved'])}"),
        Card("本年运输方式", "", note=modes or "本年还没有准予的转移"),
    )


def _foot(found: Figures) -> tuple[str, ...]:
    v = found.values
    return (
        f"待上链 {_number(v['pending_outbox'])}",
        f"24 小时推送成功率 {_percent(v['delivery_success_rate_24h'])}",
        f"近 1 分钟 {NOTHING if v['tps_1m'] is None else v['tps_1m']} 笔/秒",
    )


def _told(line: Line, province: Callable[[str], str], category: Callable[[str], str], now: datetime) -> Told:
    kind = category(f"SW{line.code[-2:]}") if line.code else ""
    much = f"{amount(line.tonnage, 1)} 吨" if line.tonnage else ""
    route = f"{_short(line.origin, province)} → {_short(line.dest, province)}"
    return Told(
        f"{line.at:%H:%M:%S}" if line.at.date() == now.date() else f"{line.at:%m-%d %H:%M}",
        line.title,
        line.tone,
        route,
        line.uscc,
        " ".join(filter(None, (kind, much))),
    )


def _short(code: str, province: Callable[[str], str]) -> str:
    return _ABBREVIATIONS.get(code) or province(code)


def _joined(province: Callable[[str], str]) -> list[str]:
    return [province(code) for code in MEMBERS if code == MEMBERS[0] or has_joined(region=code)]


def _province() -> Callable[[str], str]:
    return _named(house.context().books["divisions"].at(clock.today()))


def _category() -> Callable[[str], str]:
    return _named(house.context().books["waste_categories"].at(clock.today()))


def _named(book: BookOnDay) -> Callable[[str], str]:
    @cache
    def name(code: str) -> str:
        entry = book.get(code)
        told = str(entry["name"]) if entry else code
        return told.removesuffix("省").removesuffix("市").removesuffix("自治区")

    return name


def _number(value: Any) -> str:
    return NOTHING if value is None else f"{value:,}"


def _percent(value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{value * 100:.2f}".rstrip("0").rstrip(".") + "%"


def _age(age: timedelta | None) -> str:
    if age is None:
        return "还没有读到区块"
    seconds = max(int(age.total_seconds()), 0)
    for size, unit in ((86_400, "天"), (3_600, "小时"), (60, "分钟")):
        if seconds >= size:
            return f"{seconds // size} {unit}前出块"
    return f"{seconds} 秒前出块"
