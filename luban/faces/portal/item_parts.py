"""What the item page is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from luban.cases.house import context
from luban.cases.limits import days_of
from luban.faces.portal.families import theme_title
from luban.faces.portal.guiding import Before, seconds_left
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.conditions import Condition
from luban.kit.form import FieldSpec, form_spec
from luban.kit.guide import GuideState, Question
from luban.kit.item import Item
from luban.people.access import signin_url
from luban.people.requests import ActorRequest
from luban.stages.fill.ownership import works
from luban.ui.view import Answered, Button, Choice, Choices, Crumbs, Note, NoticePanel, Pair, Pairs

UNITS = {"wd": "个工作日", "cd": "日"}


@dataclass(frozen=True)
class ItemHead:
    """The top of the page."""

    crumbs: Crumbs
    tags: tuple[str, ...]
    facts: Pairs


@dataclass(frozen=True)
class MaterialLine:
    """A material to have at hand: its title, what is to be done with it."""

    title: str
    word: str
    help: str = ""
    free: bool = False


@dataclass(frozen=True)
class GuidePart:
    """The guide: answered lines, the question to answer now, or where the answers lead."""

    answered: tuple[Answered, ...]
    question: Choices | None
    code: str
    number: int
    total: int
    outcome: Note | None
    elsewhere: Button | None
    hints: tuple[str, ...]


@dataclass(frozen=True)
class StartPart:
    """The end of the guide: what will be filled in by itself, and the button; `why` when it cannot be pressed."""

    text: str
    button: Button
    sends: bool


def item_head(item: Item) -> ItemHead:
    """Title, tags, facts in a row."""
    today = clock.today()
    within = context()
    params = within.params(today, item.code)
    pairs = [Pair("谁来办", item.applicants)] if item.applicants else []
    if item.promise:
        pairs.append(Pair("办理时限", item.promise))
    else:
        limits = (f"{x.title} {days_of(x.n, params)} {UNITS[x.unit]}" for x in item.process.limits)
        pairs.append(Pair("办理时限", "；".join(limits)))
    if item.result:
        pairs.append(Pair("结果", item.result))
    pairs.append(Pair("依据", "、".join(within.laws.at(law, today).printed for law in item.statute)))
    theme = theme_title(item)
    tags = (theme, "网上办理", *(("可再来一单",) if item.reorder else ()))
    crumbs = Crumbs((("首页", "/"), ("办事大厅", reverse("portal:catalogue"))), item.title)
    return ItemHead(crumbs, tags, Pairs(tuple(p for p in pairs if p.value), "facts"))


def notice_panel(item: Item, seen: Before) -> NoticePanel | None:
    """The notice as it is printed today."""
    if item.notice is None:
        return None
    laws, today = context().laws, clock.today()
    return NoticePanel(
        points=item.notice.printed(laws=laws, day=today),
        seconds=seconds_left(item, seen),
        action=reverse("portal:read_notice", args=[item.code]),
        read=seen.read,
    )


def material_lines(item: Item) -> tuple[MaterialLine, ...]:
    """The materials: those to upload first, then those that depend, then those the system makes."""
    lines = []
    for material in item.materials:
        if material.generated:
            lines.append(MaterialLine(material.title, "系统生成", free=True))
        elif isinstance(material.required, Condition) or material.per_when is not None:
            lines.append(MaterialLine(material.title, "视情形"))
        else:
            lines.append(MaterialLine(material.title, "上传" if material.required else "选交"))
    order = ("上传", "视情形", "选交", "系统生成")
    return tuple(sorted(lines, key=lambda line: order.index(line.word)))


def guide_part(item: Item, answers: Mapping[str, Any], stand: GuideState, *, editing: str) -> GuidePart:
    """The guide as far as it has gone; `editing` opens one answered question again."""
    questions = item.guide.questions if item.guide else ()
    last = next((n for n, q in enumerate(questions) if stand.next is q), len(questions))
    reached = [q for q in questions[:last] if answers.get(q.code) and _labels(q, answers[q.code])]
    if stand.stopped or stand.leads_to:
        reached = reached[: _ends_at(reached, answers) + 1]
    again = next((q for q in reached if q.code == editing), None)
    asked = again or stand.next
    shown = [q for q in reached if q is not again]
    return GuidePart(
        answered=tuple(_answered(item, questions.index(q) + 1, q, answers) for q in shown),
        question=_choices(item, asked, questions.index(asked) + 1, answers) if asked else None,
        code=asked.code if asked else "",
        number=questions.index(asked) + 1 if asked else 0,
        total=len(questions),
        outcome=None if again else _outcome(item, stand, reached, answers),
        elsewhere=None if again else _elsewhere(stand),
        hints=() if again else tuple(dict.fromkeys(stand.hints)),
    )


def _labels(question: Question, given: Any) -> tuple[str, ...]:
    wanted = [given] if isinstance(given, str) else list(given or ())
    return tuple(o.label for o in question.options if o.value in wanted)


def _ends_at(reached: list[Question], answers: Mapping[str, Any]) -> int:
    """The place of the question whose answer ends the guide."""
    for n, question in enumerate(reached):
        given = answers[question.code]
        wanted = [given] if isinstance(given, str) else list(given)
        if any((o.stops or o.leads_to) and o.value in wanted for o in question.options):
            return n
    return len(reached)


def _answered(item: Item, number: int, question: Question, answers: Mapping[str, Any]) -> Answered:
    return Answered(
        number,
        question.text,
        "、".join(_labels(question, answers[question.code])),
        f"{reverse('portal:item', args=[item.code])}?edit={question.code}#guide",
    )


def _choices(item: Item, question: Question, number: int, answers: Mapping[str, Any]) -> Choices:
    today = clock.today()
    params = context().params(today, item.code)
    given = answers.get(question.code) or ()
    chosen = [given] if isinstance(given, str) else list(given)
    return Choices(
        name="answer",
        legend=f"{number}　{question.text}",
        choices=tuple(
            Choice(
                o.value,
                o.label,
                small="" if o.open_on(today, params) else f"每年 {params.text(o.not_before)} 起可选",
                on=o.value in chosen and o.open_on(today, params),
                disabled=not o.open_on(today, params),
            )
            for o in question.options
        ),
        hint=question.help,
        many=question.many,
    )


def _outcome(
    item: Item, stand: GuideState, reached: list[Question], answers: Mapping[str, Any]
) -> Note | None:
    if stand.stopped:
        return Note(stand.stopped, title="不能在这里办理", kind="warn")
    if not stand.leads_to:
        return None
    said = "、".join(_labels(reached[-1], answers[reached[-1].code])) if reached else ""
    other = next((i for i in registry.all_items() if i.code == stand.leads_to), None)
    if other is not None:
        return Note(f"您选择了“{said}”，应当办理“{other.title}”。", title="请改办另一事项")
    text = f"您选择了“{said}”，不适用“{item.title}”；对应的事项尚未在本平台开通，请致电 12345 咨询办理途径。"
    return Note(text, title="请改办另一事项", kind="warn")


def _elsewhere(stand: GuideState) -> Button | None:
    other = (
        next((i for i in registry.all_items() if i.code == stand.leads_to), None) if stand.leads_to else None
    )
    if other is None:
        return None
    return Button(f"去办{other.short}", kind="primary", href=reverse("portal:item", args=[other.code]))


def start_part(request: ActorRequest, item: Item, seen: Before, stand: GuideState) -> StartPart | None:
    """The start, once the guide leads here."""
    if not stand.ready:
        return None
    fields = list(_entered(form_spec(item.form).sections))
    known = sum(bool(field.meta.prefill) for field in fields)
    uploads = sum(line.word == "上传" for line in material_lines(item))
    text = f"申请表共 {len(fields)} 项，其中 {known} 项可从登记信息或上次办件自动带出；要上传的材料 {uploads} 份起，视情形增减。"
    button, sends = _start_button(request, item, seen)
    return StartPart(text, button, sends)


def _entered(sections: Any) -> Any:
    for section in sections:
        for field in section.fields:
            yield from _leaves(field)


def _leaves(field: FieldSpec) -> Any:
    if not field.is_table:
        if not (field.meta.derived or field.meta.commitment):
            yield field
        return
    for inner in field.rows:
        yield from _leaves(inner)


def _start_button(request: ActorRequest, item: Item, seen: Before) -> tuple[Button, bool]:
    actor = request.actor
    here = reverse("portal:item", args=[item.code])
    if not actor.signed_in:
        href = signin_url(face="portal", next_url=here)
        return Button("登录后开始填写", kind="primary", href=href, icon="login"), False
    if not works(desk=item.begun_by, actor=actor, item=item):
        who = "请由本单位申请人账号授权后再办" if actor.is_firm else "请用企业账号登录办理"
        return Button(
            "开始填写", kind="primary", disabled=True, why=f"您的账号不能发起本事项，{who}。"
        ), False
    if item.notice is not None and not seen.read:
        return Button(
            "开始填写", kind="primary", disabled=True, why="读完上面的须知并勾选后即可开始。"
        ), False
    return Button("开始填写", kind="primary"), True
