"""The pages of the provinces' systems: what each received and may see, what it can do; plain HTML, labelled 演示."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from sandbox.pages import page, time_of
from sandbox.provinces.faults import FAULTS, NOTES, SLOW_SECONDS
from sandbox.provinces.memory import Kept, Memory, Said
from sandbox.provinces.system import AUTO, RESULTS, Province
from sandbox.switches import Switch

NAMES: Mapping[str, str] = {
    "CaseCreated": "办件上链",
    "CaseUpdated": "办件重新提交",
    "CaseTransitioned": "办件状态变更",
    "ConsultationReplied": "接收地复函",
    "FilingCreated": "备案上链",
    "FilingUpdated": "备案新版本",
    "FilingDecided": "备案决定",
    "FilingWithdrawn": "备案撤回",
    "FilingRevoked": "备案已撤销",
    "RevocationProposed": "提出撤销",
    "RevocationApproved": "同意撤销",
    "RevocationRejected": "不同意撤销",
    "RevocationWithdrawn": "撤回撤销",
    "FormCreated": "申请表上链",
    "FormUpdated": "申请表新版本",
    "NoticeAcknowledged": "通知已确认",
}
ACTIONS: Mapping[str, str] = {
    "ACCEPT": "待受理",
    "RESUBMIT": "转企业补正",
    "REPLY_CONSULTATION": "请复函",
    "DECIDE": "待决定",
    "SIGN": "待签发",
    "ACK": "请确认收到",
    "APPROVE_REVOCATION": "待审批撤销",
    "NONE": "知悉",
}


def overview(*, provinces: Sequence[Province], memory: Memory) -> str:
    """All provinces."""
    rows = []
    for one in provinces:
        events = memory.events(one.region, limit=1000)
        waiting = sum(1 for kept in events if kept.asks_reply)
        rows.append(
            f'<tr><td><a href="/provinces/{one.region}">{escape(one.title)}</a><small>{one.region}</small></td>'
            f'<td class="num">{len(events)}</td><td class="num">{waiting}</td>'
            f'<td class="num">{memory.refused(one.region)}</td><td>{escape(_subscribed(memory, one.region))}</td></tr>'
        )
    head = "<tr><th>系统</th><th>收到事件</th><th>其中商请</th><th>拒收的回调</th><th>订阅</th></tr>"
    return page(
        title="长三角各省接入系统",
        lead="各省系统以自己的密钥通过SDK接入链网关：接收回调、确认、复函、推送本省数据。均为演示。",
        main=f'<p><a href="/">返回全部系统</a></p><div class="scroll"><table><thead>{head}</thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>",
    )


def one_province(*, province: Province, memory: Memory, switches: Sequence[Switch]) -> str:
    """One province: what it can do, its faults, what it received."""
    region = province.region
    on = {switch.fault: switch for switch in switches}
    faults = "".join(_fault(region, fault, on.get(fault)) for fault in FAULTS)
    events = "".join(_event(region, kept) for kept in memory.events(region))
    empty = '<p class="empty">还没有收到事件。在平台上办理一件移出到本省的业务后再来看。</p>'
    return page(
        title=province.title,
        lead=f"订阅：{_subscribed(memory, region)}。回调地址 {province.callback_url}，拒收的回调 {memory.refused(region)} 次。",
        main=f'<p><a href="/provinces">返回各省</a></p>{_doings(region, memory)}{_said(memory.said(region))}'
        f'<section><h2>故障开关</h2><div class="switches">{faults}</div></section>'
        f"<section><h2>收到的事件</h2>{events or empty}</section>",
    )


def _subscribed(memory: Memory, region: str) -> str:
    return memory.get(region, "subscription") or "等待平台启动"


def _doings(region: str, memory: Memory) -> str:
    auto = memory.get(region, AUTO)
    options = "".join(
        f'<option value="{code}"{" selected" if code == auto else ""}>{escape(words)}</option>'
        for code, words in (("", "不自动复函"), *((c, f"自动{w}") for c, w in RESULTS.items()))
    )
    return (
        f'<section><h2>本省操作</h2><form method="post" action="/provinces/{region}/do/auto" class="search">'
        f'<label for="auto">收到商请后</label><select id="auto" name="result">{options}</select><button>设置</button></form>'
        f'<form method="post" action="/provinces/{region}/do/filing" class="search">'
        '<label for="tonnes">推送一件本省备案，转移量（吨）</label>'
        '<input id="tonnes" name="tonnes" type="number" min="1" max="100000" value="120"><button>推送</button></form></section>'
    )


def _said(said: Sequence[Said]) -> str:
    if not said:
        return ""
    rows = "".join(
        f"<tr><td>{time_of(one.at)}</td><td>{escape(one.what)}</td>"
        f'<td class="{"ok" if one.well else "bad"}">{escape(one.outcome)}</td></tr>'
        for one in said
    )
    head = "<tr><th>时间</th><th>操作</th><th>结果</th></tr>"
    return (
        f'<section><h2>最近操作</h2><div class="scroll"><table><thead>{head}</thead><tbody>{rows}</tbody>'
        "</table></div></section>"
    )


def _fault(region: str, fault: str, switch: Switch | None) -> str:
    left = f"（剩{switch.times}次）" if switch and switch.times else ""
    state = f'<b class="bad">已打开{left}</b>' if switch else '<span class="ok">关</span>'
    extra = ""
    if fault == "refuse":
        extra = '<label>次数 <input name="times" type="number" min="0" max="1000" value="3"></label>'
    if fault == "slow":
        extra = f'<label>秒数 <input name="seconds" type="number" min="0" max="120" step="0.5" value="{SLOW_SECONDS:g}"></label>'
    return (
        f'<form method="post" action="/provinces/{region}/do/fault" class="switch">'
        f'<input type="hidden" name="fault" value="{fault}"><input type="hidden" name="on" value="{int(not switch)}">'
        f"<div><strong>{FAULTS[fault]}</strong> {state}</div><p>{NOTES[fault]}</p>{extra}"
        f"<button>{'关闭' if switch else '打开'}</button></form>"
    )


def _event(region: str, kept: Kept) -> str:
    body = kept.body
    core: Mapping[str, Any] = body.get("core") or {}
    notice = body.get("notice")
    asked = ACTIONS.get(notice["action_required"], "") if notice else ""
    due = f"，{escape(notice['due_at'])}前" if notice and notice.get("due_at") else ""
    marks = "".join(
        f' <span class="note">{words}</span>'
        for words, shown in (
            (f"重复{kept.repeats}次", kept.repeats),
            ("重放", body.get("replay")),
            (f"此前缺{len(body.get('missed_before') or ())}条", body.get("missed_before")),
            ("已确认", kept.acked),
        )
        if shown
    )
    text = escape(json.dumps(body, ensure_ascii=False, indent=2))
    return (
        f"<details><summary><time>{time_of(kept.at)}</time> {escape(NAMES.get(body['event_type'], body['event_type']))} "
        f'<span>{escape(str(core.get("applicationNo") or "—"))}</span> <b class="{"bad" if kept.asks_reply else "ok"}">'
        f"{escape(asked)}{due}</b>{marks}</summary><p>可见的节：{escape('、'.join(body.get('sections') or {}) or '无')}；"
        f"附件 {len(body.get('attachments') or ())} 份；第{kept.attempt}次投递送达。</p>"
        f"{_forms(region, kept, core)}<pre>{text}</pre></details>"
    )


def _forms(region: str, kept: Kept, core: Mapping[str, Any]) -> str:
    if not kept.body.get("notice"):
        return ""
    hidden = f'<input type="hidden" name="event_id" value="{escape(kept.event_id)}">'
    acknowledge = (
        ""
        if kept.acked
        else (
            f'<form method="post" action="/provinces/{region}/do/ack" class="search">{hidden}<button>确认收到</button></form>'
        )
    )
    if not kept.asks_reply:
        return acknowledge
    options = "".join(f'<option value="{code}">{words}</option>' for code, words in RESULTS.items())
    tonnes = int(core.get("totalKg") or 0) / 1000
    place = f"e{kept.id}"
    return acknowledge + (
        f'<form method="post" action="/provinces/{region}/do/reply" class="search">{hidden}'
        f'<label for="{place}r">复函结论</label><select id="{place}r" name="result">{options}</select>'
        f'<label for="{place}t">同意数量（吨，部分同意时填）</label>'
        f'<input id="{place}t" name="tonnes" type="number" min="0" step="0.001" max="{tonnes:g}" value="{tonnes / 2:g}">'
        f'<label for="{place}n">文号</label><input id="{place}n" name="number" placeholder="不填自动编号">'
        "<button>复函并上链</button></form>"
    )
