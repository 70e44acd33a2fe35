"""Whether an exemption frees a receiver from holding a licence; the same for waste that leaves and waste that comes. Pure.

First: is the whole handling free (`exempt_all`)? Then point to point (`p2p_eval`) and the general list (`general_eval`),
each a ladder whose first rung that fits decides; `conclude` takes the one that was declared, or the better of both.
What is exempt is the receiver's licence: transfer over the border and manifests stay (待核). A line for transport alone
(`transport_exempt`) only lowers what is asked of the carrier. Source: 危险废物跨省转移业务说明 §7.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from luban.registers.exemptions.parts import Conclusion, Exemption, ExemptionRule, PointToPoint

REGION = frozenset({"310000", "330000", "340000"})
"""Shanghai, Zhejiang, Anhui: the region of the common scheme (L14)."""
ANY = "*"
TONNES = Decimal("0.0001")
NO_ACCIDENT = "近3年无较大及以上突发环境事件或重特大安全生产事故"
_ORDER = tuple(Exemption)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an exemption is asked for. `provinces` are both ends; `family` R, D or S; `day` of acceptance or delivery.

    `answers`: condition key, or `rule_id.key` where the same key means different things, → met, not met, not known.
    `accident_free`: one answer for each end.
    """

    code: str
    provinces: tuple[str, str]
    day: date
    generator_uscc: str = ""
    receiver_uscc: str = ""
    family: str = ""
    tonnes: Decimal | None = None
    answers: Mapping[str, bool | None] = field(default_factory=dict)
    accident_free: tuple[bool | None, ...] = (None, None)


def conclude(
    *,
    asked: Asked,
    rules: Sequence[ExemptionRule],
    records: Sequence[PointToPoint],
    declared_kind: str | None = None,
) -> Conclusion:
    """The conclusion. `declared_kind` exempt_p2p or exempt_general asks for that one only; otherwise the better one."""
    whole = exempt_all(asked=asked, rules=rules)
    if whole is not None:
        return whole
    if declared_kind == "exempt_p2p":
        return p2p_eval(asked=asked, records=records)
    if declared_kind == "exempt_general":
        return general_eval(asked=asked, rules=rules)
    both = p2p_eval(asked=asked, records=records), general_eval(asked=asked, rules=rules)
    best = _best(both)
    if best.exemption is not Exemption.NOT_EXEMPT:
        return best
    return Conclusion(exemption=best.exemption, reasons=tuple(r for one in both for r in one.reasons))


def exempt_all(*, asked: Asked, rules: Iterable[ExemptionRule]) -> Conclusion | None:
    """EXEMPT_ALL when a line frees the whole handling and each of its conditions is met; None otherwise (E0)."""
    for rule in _lines(rules, "all", asked.code):
        if all(_answer(asked, rule, key) is True for key in rule.conditions):
            reason = f"{rule.content}（{_cited(rule)}），无需办理转移审批"
            return Conclusion(exemption=Exemption.EXEMPT_ALL, reasons=(reason,), rule=rule.rule_id)
    return None


def transport_exempt(*, asked: Asked, rules: Iterable[ExemptionRule]) -> str:
    """The line that frees the transport, all conditions met, so that CQ-08 does not apply; "" when there is none."""
    for rule in _lines(rules, "transport", asked.code):
        if all(_answer(asked, rule, key) is True for key in rule.conditions):
            return rule.rule_id
    return ""


def p2p_eval(*, asked: Asked, records: Iterable[PointToPoint]) -> Conclusion:
    """Point to point, rung by rung; of several records the one that gets furthest speaks."""
    ends = (asked.generator_uscc, asked.receiver_uscc, asked.code)
    own = [r for r in records if (r.generator_uscc, r.receiver_uscc, r.waste_code) == ends]
    if not own:
        return _not("未找到对应的点对点豁免记录")
    good = [record for record in own if _in_term(record, asked.day)]
    if not good:
        return _not("点对点豁免已失效", own[0].p2p_no)
    near = [record for record in good if set(asked.provinces) <= REGION or record.names_region]
    if not near:
        return _not("两地不在豁免协作区域且批文未列明跨省适用", good[0].p2p_no)
    fullest = max(near, key=lambda record: record.left)
    if fullest.left < (asked.tonnes or Decimal(0)):
        left = fullest.left.quantize(TONNES, rounding=ROUND_HALF_UP)
        return _not(f"点对点豁免剩余额度{left}吨不足", fullest.p2p_no)
    reason = f"符合点对点豁免（{fullest.p2p_no}），剩余额度{fullest.left.quantize(TONNES)}吨"
    return Conclusion(exemption=Exemption.EXEMPT_P2P, reasons=(reason,), rule=fullest.p2p_no)


def usable(
    *, records: Iterable[PointToPoint], generator: str, receiver: str, code: str, day: date
) -> tuple[PointToPoint, ...]:
    """The records of these two ends and code that run on a day and have something left."""
    ends = (generator, receiver, code)
    own = (r for r in records if (r.generator_uscc, r.receiver_uscc, r.waste_code) == ends)
    return tuple(record for record in own if _in_term(record, day) and record.left > 0)


def _in_term(record: PointToPoint, day: date) -> bool:
    begun = record.valid_from is None or record.valid_from <= day
    return record.status == "active" and begun and (record.valid_to is None or day <= record.valid_to)


def general_eval(*, asked: Asked, rules: Iterable[ExemptionRule]) -> Conclusion:
    """The general list, rung by rung; of several lines the best answer counts."""
    lines = general_lines(rules=rules, code=asked.code)
    if not lines or asked.family != "R":
        return _not("未列入可跨省的利用豁免项")
    return _best([_line_eval(asked, rule) for rule in lines])


def general_lines(*, rules: Iterable[ExemptionRule], code: str) -> list[ExemptionRule]:
    """The lines that free the use of a code and may be relied on across provinces."""
    return [rule for rule in _lines(rules, "utilisation", code) if rule.cross_province]


def _line_eval(asked: Asked, rule: ExemptionRule) -> Conclusion:
    if rule.region and not set(asked.provinces) <= set(rule.region):
        return _not("两地不在豁免协作区域", rule.rule_id)
    answers = [(text, _answer(asked, rule, key)) for key, text in rule.conditions.items()]
    answers += [(NO_ACCIDENT, answer) for answer in asked.accident_free]
    unmet = _said(text for text, answer in answers if answer is False)
    if unmet:
        return _not(f"不满足：{unmet}", rule.rule_id)
    unknown = _said(text for text, answer in answers if answer is None)
    if unknown:
        reason = f"待补证明：{unknown}"
        return Conclusion(exemption=Exemption.UNDETERMINED, reasons=(reason,), rule=rule.rule_id)
    reason = f"符合一般利用豁免（{_cited(rule)}）：{rule.content}"
    return Conclusion(exemption=Exemption.EXEMPT_GENERAL, reasons=(reason,), rule=rule.rule_id)


def _lines(rules: Iterable[ExemptionRule], stage: str, code: str) -> list[ExemptionRule]:
    names = {code, f"HW{code[-2:]}", ANY}
    return [rule for rule in rules if rule.stage == stage and names & set(rule.codes)]


def _answer(asked: Asked, rule: ExemptionRule, key: str) -> bool | None:
    own = f"{rule.rule_id}.{key}"
    return asked.answers[own] if own in asked.answers else asked.answers.get(key)


def _best(found: Iterable[Conclusion]) -> Conclusion:
    return min(found, key=lambda one: _ORDER.index(one.exemption))


def _not(reason: str, rule: str = "") -> Conclusion:
    return Conclusion(exemption=Exemption.NOT_EXEMPT, reasons=(reason,), rule=rule)


def _said(texts: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(texts))


def _cited(rule: ExemptionRule) -> str:
    return f"豁免清单第{rule.list_no}项" if rule.list_no else rule.rule_id
