"""The sixteen conclusions of a verification (waste-chain §7.2), from what was observed: pure, in the brief's order.

L is the business row recomputed now, S the snapshot, C the chain. The first condition that holds is the main
conclusion, the others are listed as findings beside it. Nothing is ever repaired.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

SECTION_NAMES: Mapping[str, str] = {
    "s1": "移出单位",
    "s2": "产生源",
    "s3": "转移废物",
    "s4": "接收单位",
    "s5": "运输单位",
    "s6": "运输路线",
    "s7": "合同与期限",
    "s8": "末端去向",
    "s9": "承诺",
    "r1": "原备案引用",
    "r2": "事由与依据",
    "r3": "区局意见",
    "salt": "盐值",
}
CORE_NAMES: Mapping[str, str] = {
    "applicationNo": "办件编号",
    "docNo": "文号",
    "originRegion": "移出区",
    "originProvince": "移出省",
    "destRegion": "接收区县",
    "destProvince": "接收省",
    "generatorName": "移出单位名称",
    "generatorUscc": "移出单位统一社会信用代码",
    "receiverName": "接收单位名称",
    "receiverUscc": "接收单位统一社会信用代码",
    "wasteCodes": "废物代码",
    "totalKg": "总量（千克）",
    "transportMode": "运输方式",
    "departureWharf": "启运码头",
    "transitProvinces": "途经省份",
    "startDate": "开始日期",
    "endDate": "结束日期",
    "endUseType": "末端去向",
    "methodCode": "利用处置方式",
}
"""What stands on the chain in plain (waste-chain §3.2), in words."""
SEVERITIES = {"critical": "严重", "high": "高", "medium": "中", "info": "提示", "ok": "正常"}
CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Outbox:
    """The write of a version: state, whether it is older than half an hour, error, transaction."""

    state: str
    late: bool = False
    error: str = ""
    tx: str = ""

    @property
    def open(self) -> bool:
        """Whether it is still to be written."""
        return self.state != CONFIRMED

    @property
    def delayed(self) -> bool:
        """Whether somebody should look."""
        return self.open and (self.late or self.state in ("dead", "rejected"))


@dataclass(frozen=True)
class Side:
    """One side of the comparison: section digests and plain core. `core` empty: it has none (UR)."""

    sections: Mapping[str, str]
    core: Mapping[str, Any]
    form_digest: str = ""


@dataclass(frozen=True)
class AttachmentSeen:
    """One attachment by material and position: digest on the chain and here (None: not there), file missing or not."""

    name: str
    on_chain: str | None
    local: str | None
    file_missing: bool = False


@dataclass(frozen=True)
class Standing:
    """Status and document number."""

    status: int
    doc_no: str


@dataclass(frozen=True)
class FieldSeen:
    """A field that differs: value here, value of the reference, where the reference is from (on_chain, snapshot)."""

    field: str
    local: str
    reference: str
    source: str


@dataclass(frozen=True)
class Observed:
    """Everything one verification looked at. `broken_at` is the first version whose link does not hold (0: none)."""

    reachable: bool = True
    outbox: Outbox | None = None
    newer: Outbox | None = None
    submitted: bool = True
    local: Side | None = None
    snapshot: Side | None = None
    on_chain: Side | None = None
    salt_missing: bool = False
    attachments: tuple[AttachmentSeen, ...] = ()
    broken_at: int = 0
    local_standing: Standing | None = None
    chain_standing: Standing | None = None
    standing_under_way: bool = False
    section_fields: Mapping[str, tuple[FieldSeen, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """One condition that holds."""

    code: str
    severity: str
    message: str
    section: str = ""
    attachment: str = ""
    fields: tuple[FieldSeen, ...] = ()


@dataclass(frozen=True)
class Conclusion:
    """The main conclusion and everything found."""

    result: str
    severity: str
    message: str
    findings: tuple[Finding, ...]


def conclude(seen: Observed) -> Conclusion:
    """The conclusion about one version of one record."""
    found = [finding for condition in _CONDITIONS for finding in condition(seen)]
    if not found:
        return Conclusion("consistent", "ok", "核验一致。", ())
    return Conclusion(found[0].code, found[0].severity, found[0].message, tuple(found))


def _unreachable(seen: Observed) -> Iterator[Finding]:
    if not seen.reachable:
        yield Finding("chain_unreachable", "medium", "区块链暂不可访问，未完成核验，稍后自动重试。")


def _pending(seen: Observed) -> Iterator[Finding]:
    if _absent(seen) and seen.outbox and seen.outbox.open and not seen.outbox.delayed:
        yield Finding("anchor_pending", "info", "数据正在上链，尚不能核验。")


def _delayed(seen: Observed) -> Iterator[Finding]:
    late = seen.outbox if _absent(seen) else seen.newer
    if seen.reachable and late and late.delayed and (_absent(seen) or _agrees(seen)):
        yield Finding("anchor_delayed", "high", f"数据上链超时或失败（{late.error or late.state}），请处理。")


def _lost(seen: Observed) -> Iterator[Finding]:
    if _absent(seen) and seen.outbox and not seen.outbox.open:
        yield Finding(
            "anchor_lost",
            "critical",
            f"本地记录已上链（交易{seen.outbox.tx}），但链上未查到，存证缺失。",
        )


def _missing(seen: Observed) -> Iterator[Finding]:
    if _absent(seen) and seen.submitted and seen.outbox is None:
        yield Finding("anchor_missing", "critical", "该业务数据未上链，存证缺失。")


def _local_missing(seen: Observed) -> Iterator[Finding]:
    if seen.on_chain is not None and seen.local is None:
        yield Finding("local_missing", "critical", "链上存在该记录，但本地业务数据缺失。")


def _both_touched(seen: Observed) -> Iterator[Finding]:
    names = [
        s for s in _differing(seen.local, seen.on_chain) if s in _differing(seen.snapshot, seen.on_chain)
    ]
    said = "、".join(_named(s) for s in names)
    for section in names:
        text = f"业务数据与本地快照均与链上存证不一致：{said}。"
        yield Finding("db_and_snapshot_tampered", "critical", text, section, fields=_fields(seen, section))


def _local_touched(seen: Observed) -> Iterator[Finding]:
    both = _differing(seen.snapshot, seen.on_chain)
    names = [s for s in _differing(seen.local, seen.on_chain) if s not in both]
    if seen.salt_missing and seen.on_chain is not None:
        names = ["salt"]  # without the salt no section can be recomputed
    cores = [f for f in _core_differences(seen) if seen.snapshot is not None]
    if not names and not cores:
        return
    told = f"业务数据库数据与链上存证不一致，疑似被篡改：{'、'.join(_named(s) for s in names) or '明文核心'}"
    plain = "、".join(CORE_NAMES.get(f.field, f.field) for f in cores)
    text = f"{told}；字段：{plain}。" if plain else f"{told}。"
    for section in names or [""]:
        yield Finding("db_tampered", "critical", text, section, fields=_fields(seen, section) or tuple(cores))


def _file_missing(seen: Observed) -> Iterator[Finding]:
    for one in seen.attachments:
        if one.on_chain is not None and (one.file_missing or one.local is None):
            yield Finding("attachment_missing", "critical", f"附件“{one.name}”缺失。", attachment=one.name)


def _file_touched(seen: Observed) -> Iterator[Finding]:
    for one in seen.attachments:
        if None not in (one.on_chain, one.local) and not one.file_missing and one.local != one.on_chain:
            text = f"附件“{one.name}”内容与链上存证不一致，疑似被篡改。"
            yield Finding("attachment_tampered", "critical", text, attachment=one.name)


def _file_unanchored(seen: Observed) -> Iterator[Finding]:
    for one in seen.attachments:
        if seen.on_chain is not None and one.on_chain is None:
            yield Finding("attachment_unanchored", "high", f"附件“{one.name}”未上链。", attachment=one.name)


def _broken(seen: Observed) -> Iterator[Finding]:
    if seen.broken_at:
        yield Finding("history_broken", "critical", f"存证链条断裂于版本{seen.broken_at}。")


def _status(seen: Observed) -> Iterator[Finding]:
    here, there = seen.local_standing, seen.chain_standing
    if here is None or there is None or seen.standing_under_way or here == there:
        return
    x, y = _standing(here), _standing(there)
    yield Finding("status_mismatch", "high", f"本地状态“{x}”与链上“{y}”不一致。")


def _snapshot_touched(seen: Observed) -> Iterator[Finding]:
    here = _differing(seen.local, seen.on_chain)
    names = [s for s in _differing(seen.snapshot, seen.on_chain) if s not in here]
    lost = seen.snapshot is None and seen.on_chain is not None and seen.local is not None
    if names or lost:
        section = names[0] if names else ""
        yield Finding("snapshot_tampered", "high", "业务数据与链上一致，本地快照被改动。", section)


def _consistent_pending(seen: Observed) -> Iterator[Finding]:
    if seen.newer and seen.newer.open and not seen.newer.delayed and _agrees(seen):
        yield Finding("consistent_pending", "info", "已上链版本一致，新版本待上链。")


_CONDITIONS: tuple[Callable[[Observed], Iterator[Finding]], ...] = (
    _unreachable,
    _pending,
    _delayed,
    _lost,
    _missing,
    _local_missing,
    _both_touched,
    _local_touched,
    _file_missing,
    _file_touched,
    _file_unanchored,
    _broken,
    _status,
    _snapshot_touched,
    _consistent_pending,
)


def _absent(seen: Observed) -> bool:
    return seen.reachable and seen.on_chain is None


def _agrees(seen: Observed) -> bool:
    """Whether what is on the chain agrees with what is here, whatever a newer version waits for."""
    if seen.on_chain is None or seen.local is None:
        return False
    others = (
        _both_touched,
        _local_touched,
        _file_missing,
        _file_touched,
        _file_unanchored,
        _broken,
        _status,
        _snapshot_touched,
    )
    return not any(True for condition in others for _ in condition(seen))


def _differing(side: Side | None, on_chain: Side | None) -> list[str]:
    if side is None or on_chain is None:
        return []
    return [name for name, digest in on_chain.sections.items() if side.sections.get(name) != digest]


def _core_differences(seen: Observed) -> list[FieldSeen]:
    if seen.local is None or seen.on_chain is None or seen.snapshot is None:
        return []
    here, there, kept = seen.local.core, seen.on_chain.core, seen.snapshot.core
    return [
        FieldSeen(name, str(here.get(name, "")), str(value), "on_chain")
        for name, value in there.items()
        if name in here and here[name] != value and kept.get(name) == value
    ]


def _fields(seen: Observed, section: str) -> tuple[FieldSeen, ...]:
    return seen.section_fields.get(section, ())


def _named(section: str) -> str:
    entry = section.removeprefix("e")
    return f"第{entry}条业务" if entry.isdigit() else SECTION_NAMES.get(section, section)


def _standing(one: Standing) -> str:
    return f"{one.status}{f'（{one.doc_no}）' if one.doc_no else ''}"
