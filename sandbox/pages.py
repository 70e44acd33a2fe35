"""The pages people look at: plain HTML, no script, everything labelled 演示."""

import json
from collections.abc import Mapping, Sequence
from html import escape

from sandbox.partners import PARTNERS
from sandbox.partners.base import Asked, Partner
from sandbox.store import Received
from sandbox.switches import DEFAULT_SECONDS, FAULTS, Switch

_NOTES: Mapping[str, str] = {
    "down": "一律返回503。",
    "drop": "收到请求即断开，不办理。",
    "slow": "等待设定的秒数后再办理。",
    "lost_answer": "已经办理，过设定的秒数后断开、不给应答；重发应识别为重复。",
    "reject": "以业务理由拒绝，平台应转人工。",
    "bad_signature": "应答签名用错密钥，平台不应采信。",
    "duplicate": "推送给平台的消息各发两遍。",
    "out_of_order": "推送给平台的消息倒序发出。",
    "late_push": "过设定的秒数后才推送，其间平台可以查询到。",
    "bad_push": "推送时用错密钥签名，平台应以401拒收。",
    "bad_nonce": "身份凭据里的 nonce 换成别的，平台不应登录。",
    "bad_audience": "身份凭据发给另一个应用，平台不应登录。",
    "expired_token": "身份凭据在一小时前过期，平台不应登录。",
}


def overview(*, counts: Mapping[str, tuple[int, int, str]], switches: Sequence[Switch]) -> str:
    """All partners with what they received."""
    rows = []
    for partner in PARTNERS.values():
        accepted, refused, latest = counts.get(partner.code, (0, 0, ""))
        on = [FAULTS[switch.fault] for switch in switches if switch.link == partner.code]
        state = f'<span class="bad">{escape("、".join(on))}</span>' if on else '<span class="ok">正常</span>'
        rows.append(
            f'<tr><td><a href="/{partner.code}">{escape(partner.title)}</a><small>{partner.code}</small></td>'
            f'<td>{escape(partner.about)}</td><td class="num">{accepted}</td><td class="num">{refused}</td>'
            f"<td>{time_of(latest)}</td><td>{state}</td></tr>"
        )
    head = (
        "<tr><th>对接系统</th><th>说明</th><th>已接收</th><th>已拒收</th><th>最近一次</th><th>状态</th></tr>"
    )
    return page(
        title="对接系统演示替身",
        lead="以下系统均为演示替身，不与任何真实系统相连。点系统名称可查看收到的内容，并可设置故障。",
        main=f'<div class="scroll"><table><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table></div>'
        '<p>登录用的统一身份认证也是演示替身：<a href="/identity_city">市统一身份认证（企业）</a>、'
        '<a href="/identity_egov">政务外网统一身份认证（工作人员）</a>。</p>',
    )


def partner(*, partner: Partner, received: Sequence[Received], switches: Sequence[Switch], case: str) -> str:
    """One partner: its switches and what it received, newest first."""
    forms = switch_forms(link=partner.code, faults=FAULTS, switches=switches)
    empty = f"没有办件“{escape(case)}”的记录。" if case else "还没有收到内容。在平台上办理一件业务后再来看。"
    rows = "".join(_row(one) for one in received) or f'<p class="empty">{empty}</p>'
    search = (
        f'<form class="search" method="get" action="/{partner.code}"><label for="case">办件号</label>'
        f'<input id="case" name="case" value="{escape(case)}"><button>查找</button></form>'
    )
    return page(
        title=partner.title,
        lead=partner.about,
        main=f'<p><a href="/">返回全部系统</a></p>{_sending(partner)}<section><h2>故障开关</h2><div class="switches">{forms}</div></section>'
        f"<section><h2>收到的内容</h2>{search}{rows}</section>",
    )


def switch_forms(*, link: str, faults: Mapping[str, str], switches: Sequence[Switch]) -> str:
    """A form for every fault of a partner."""
    on = {switch.fault: switch for switch in switches}
    return "".join(
        _switch(link=link, fault=fault, title=title, switch=on.get(fault)) for fault, title in faults.items()
    )


def missing() -> str:
    """Nothing here."""
    return page(
        title="没有这一页", lead="地址有误，或没有这个对接系统。", main='<p><a href="/">返回全部系统</a></p>'
    )


def _sending(partner: Partner) -> str:
    """The forms of what this partner can be made to say."""
    return "".join(
        f'<section><h2>{escape(outlet.title)}</h2><form method="post" action="/_say/{partner.code}/{escape(name)}" '
        f'class="search">{"".join(_asked(one) for one in outlet.asks)}<button>发出</button></form>'
        f"<p>{escape(outlet.about)}</p></section>"
        for name, outlet in partner.outlets.items()
    )


def _asked(one: Asked) -> str:
    place = f"say-{escape(one.name)}"
    if one.options:
        options = "".join(
            f'<option value="{escape(code)}">{escape(words)}</option>' for code, words in one.options
        )
        return f'<label for="{place}">{escape(one.label)}</label><select id="{place}" name="{escape(one.name)}">{options}</select>'
    return (
        f'<label for="{place}">{escape(one.label)}</label>'
        f'<input id="{place}" name="{escape(one.name)}" value="{escape(one.preset)}">'
    )


def _switch(*, link: str, fault: str, title: str, switch: Switch | None) -> str:
    seconds = switch.seconds if switch else DEFAULT_SECONDS.get(fault, 0.0)
    extra = ""
    if fault in DEFAULT_SECONDS:
        extra = f'<label>秒数 <input name="seconds" type="number" min="0" max="120" step="0.5" value="{seconds:g}"></label>'
    left = f"（剩{switch.times}次）" if switch and switch.times else ""
    state = f'<b class="bad">已打开{left}</b>' if switch else '<span class="ok">关</span>'
    return (
        f'<form method="post" action="/_switch" class="switch"><input type="hidden" name="link" value="{link}">'
        f'<input type="hidden" name="fault" value="{fault}"><input type="hidden" name="on" value="{int(not switch)}">'
        f"<div><strong>{title}</strong> {state}</div><p>{_NOTES[fault]}</p>{extra}"
        f"<button>{'关闭' if switch else '打开'}</button></form>"
    )


def _row(one: Received) -> str:
    verdict = (
        '<span class="ok">已接收</span>'
        if one.accepted
        else f'<span class="bad">已拒收 {escape(one.code)}</span>'
    )
    repeats = f'<span class="note">重复{one.repeats}次</span>' if one.repeats else ""
    reason = f"<p>{escape(one.message)}</p>" if one.message else ""
    body = escape(json.dumps(one.body, ensure_ascii=False, indent=2))
    answer = escape(json.dumps(one.data, ensure_ascii=False, indent=2))
    return (
        f"<details><summary><time>{time_of(one.at)}</time> <code>{escape(one.path)}</code>"
        f" <span>{escape(one.case_no) or '—'}</span> {verdict} {repeats}</summary>"
        f"{reason}<p>幂等键 <code>{escape(one.key)}</code></p><pre>{body}</pre><p>应答</p><pre>{answer}</pre></details>"
    )


def time_of(moment: str) -> str:
    """A moment as people read it; a dash for none."""
    return escape(moment[:19].replace("T", " ")) if moment else "—"


def page(*, title: str, lead: str, main: str) -> str:
    """A whole page, marked as a demonstration."""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}（演示）</title><link rel="stylesheet" href="/_static/sandbox.css"></head><body>'
        '<header><a href="/">对接系统演示替身</a><span class="demo">演示</span></header>'
        f"<main><h1>{escape(title)}</h1><p>{escape(lead)}</p>{main}</main></body></html>"
    )
