"""What the applicant reads on its home page when its case comes to a node: one message an event, in public words.

A node goes to the city's case library (`cases.nodes`); the words for the firm follow it in a lane of their own, so
that a message nobody could deliver never holds back the nodes. Source: domain vocabulary §5 (messages = the N codes).
"""

from __future__ import annotations

from django.db import transaction

from luban.cases.nodes import NODES, from_applicant, public_words
from luban.kit.clock import clock
from luban.kit.view import CaseView
from luban.links.outbox.effects import EffectRequest, EffectView
from luban.links.outbox.queue import put

WORDS: tuple[tuple[str, str, str], ...] = (
    ("N60", "已办成，证照可以使用", "已办成，证照已制发，请登录下载。"),
    ("N40", "已办成", "已办成，请登录查看。"),
    ("N41", "作出不予批准的决定", "未获批准，理由和救济途径见决定书。"),
    ("N21", "不予受理", "不予受理，理由见告知书。"),
    ("N70", "已撤回", "已按申请撤回，本件终止。"),
    ("N71", "已终止", "已终止办理。"),
    ("N11", "需要补正", "需要补正，请登录查看补正事项，补正后再次提交。"),
    ("N12", "补正已收到", "补正材料已收到，正在核对。"),
    ("N20", "已受理", "已受理，正在办理。"),
    ("N31", "时限停表", "办理时限已停表。"),
    ("N32", "时限继续", "办理时限继续计算。"),
    ("N30", "已进入审查", "已进入审查。"),
    ("N61", "证照已送达", "证照已送达。"),
    ("N10", "申请已提交", "申请已提交，等待受理。"),
)
"""Node, title, sentence. Where an event reaches several nodes the first one here speaks; N50 says nothing of its own."""

_MARKS = dict(NODES)


def news_of(*, effect: EffectView, node: str, view: CaseView) -> EffectRequest | None:
    """The message that goes with a node's effect; None when another node of the event speaks, or no firm applied."""
    marks = set(view.last.data.get("_marks", ())) | {view.last.action}
    speaks = next((words for words in WORDS if marks & set(_MARKS[words[0]])), None)
    if speaks is None or speaks[0] != node or not from_applicant(view):
        return None
    _, title, sentence = speaks
    said = public_words(view.last)
    text = f"“{view.item_title}”（{view.number}）{sentence}" + (f"办理机关说明：{said}" if said else "")
    return EffectRequest(
        key=f"{effect.key}:news",
        lane=f"news:{effect.case}",
        kind="share",
        link="one_net",
        name="enterprise_message",
        case=effect.case,
        body={
            "uscc": view.applicant,
            "event": node,
            "title": title,
            "text": text[:2000],
            "at": view.last.at.isoformat(timespec="seconds"),
            "case_no": view.number,
        },
    )


def leave(*, effect: EffectView, node: str, view: CaseView) -> None:
    """Leave the message in the outbox; a repeat leaves nothing more."""
    news = news_of(effect=effect, node=node, view=view)
    if news is not None:
        with transaction.atomic():
            put(effects=[news], at=clock.now())
