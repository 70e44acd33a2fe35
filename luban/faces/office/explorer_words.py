"""What stands on the chain in plain Chinese: kinds of records, statuses, events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.ledger.artefacts import ANCHOR, RECORDS, REGISTRY
from luban.stages.chain.figures_feed import said_of
from luban.stages.gateway.reading_back import KINDS as KINDS

CONTRACTS: Mapping[str, str] = {
    REGISTRY: "组织与账户登记",
    **{name: KINDS[kind] for kind, name in RECORDS.items()},
    ANCHOR: "办件经过存证",
}
_STATUSES: Mapping[str, Mapping[int, str]] = {
    "UF": {1: "已提交", 2: "已备案", 3: "不予备案", 4: "已撤回", 5: "已撤销"},
    "UR": {1: "已提出", 2: "已同意撤销", 3: "不同意撤销", 4: "已撤回"},
    "DF": {},
    "DC": {
        1: "已提交",
        2: "补正中",
        3: "已受理",
        4: "审查中",
        5: "商请接收地",
        6: "已复函",
        7: "决定中",
        8: "已准予",
        9: "不予许可",
        10: "已撤回",
        11: "不予受理",
        12: "许可已撤销",
        13: "已终止",
    },
}
_BESIDE: Mapping[str, str] = {
    "PartyNotified": "通知有关省",
    "NoticeAcknowledged": "有关省确认收到",
    "FilingRevoked": "备案随撤销失效",
    "CaseTransitioned": "登记办理环节",
}
CHOICES: Mapping[str, str] = {
    "handled": "已处理",
    "mistaken": "说明为误报",
    "handed_over": "移交调查",
}
"""What a person may note about a conclusion (waste-chain §7.2); nothing is ever restored by itself."""
DISPOSED: Mapping[str, str] = {**CHOICES, "restored": "已恢复"}
"""The same with what two persons decided together."""


def status_words(*, kind: str, status: int) -> str:
    """A status of a record; 已存证 where the kind has none."""
    return _STATUSES[kind].get(status, "已存证") if kind in _STATUSES else "—"


def event_words(*, event: str, args: Mapping[str, Any]) -> str:
    """What an event says."""
    said = said_of(event, args)
    return said[0] if said else _BESIDE.get(event, event)
