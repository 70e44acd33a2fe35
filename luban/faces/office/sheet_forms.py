"""The small forms in the rows of a review and a score sheet: to settle a clause, correct points, look again, run anew.

Each is posted to the act address like any decision, with a request id of its own; a refused one comes back in its row
with what was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.http import urlencode
from django.utils.safestring import SafeString

from luban.faces.office.panel import Typed, new_request
from luban.kit.acts import ClauseDisposal, ScoreCorrection
from luban.kit.assessment import OVERRIDE_LEAST, REASON_LEAST
from luban.kit.form import field_specs
from luban.kit.process import Action
from luban.kit.scores import Factor, Scored
from luban.kit.verdicts import Disposal, Judged
from luban.stages.review.assessed import Assessed, Offer
from luban.stages.review.options import Option
from luban.ui.forms.choices import Choices
from luban.ui.forms.render import render_data_form
from luban.ui.view import PointsBox, ReasonBox, RowForm

KEEP, TAKE_BACK = "keep", "back"


def spot_of(action: Action, values: Mapping[str, Any]) -> str:
    """Where on the page an act was said, as the end of an address; empty for a decision."""
    if issubclass(action.data, ClauseDisposal):
        return f"#rule-{_quoted(values.get('clause'))}"
    if issubclass(action.data, ScoreCorrection):
        return f"#factor-{_quoted(values.get('factor'))}"
    return ""


def _quoted(value: Any) -> str:
    return urlencode({"": str(value or "")})[1:]


@dataclass
class Forms:
    """Makes the forms of one page. `left_over` is what was refused and found no form to be said in."""

    url: str
    seq: int
    choices: Choices | None
    typed: Typed | None = None
    left_over: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self.left_over = self.typed.message if self.typed else ""

    @classmethod
    def none(cls) -> Forms:
        """No forms at all."""
        return cls("", 0, None)

    def of_clause(self, assessed: Assessed, one: Judged) -> tuple[RowForm, ...]:
        """The forms in which a clause is settled."""
        if not self.url:
            return ()
        offers = assessed.disposals.get(one.rule, ())
        return tuple(self._disposal(offer, one, n) for n, offer in enumerate(offers))

    def _disposal(self, offer: Offer, one: Judged, n: int) -> RowForm:
        act = offer.action.code
        mine = self._mine(act, clause=one.rule)
        words = _options(offer.action)
        override = Disposal.OVERRIDE in offer.disposals
        least = OVERRIDE_LEAST if override else REASON_LEAST
        return RowForm(
            self.url,
            act,
            self._request(mine),
            self.seq,
            f"say-{one.rule}-{n}",
            tuple((d.value, words[d.value]) for d in offer.disposals),
            choice=f"{act}.disposal",
            title=f"{offer.action.title}：{one.title}",
            hidden=((f"{act}.clause", one.rule),),
            reason=_reason(offer.action, mine, f"不少于 {least} 字，写明核实的事实。"),
            refused=_refused(mine),
            note=offer.action.says,
        )

    def of_factor(self, assessed: Assessed, one: Scored) -> tuple[RowForm, ...]:
        """The forms in which points are corrected and a correction is taken back."""
        offer = assessed.corrections.get(one.code)
        if offer is None or not self.url or assessed.item.scoring is None:
            return ()
        factor, act = assessed.item.scoring[one.code], offer.action
        made = [
            self._correction(
                act, factor, one, moved=one.code in assessed.now.moved if assessed.now else False
            )
        ]
        if one.manual is not None:
            made.append(self._taking_back(act, one))
        return tuple(made)

    def _correction(self, action: Action, factor: Factor, one: Scored, *, moved: bool) -> RowForm:
        mine = self._mine(action.code, factor=one.code, blank=False if one.manual is not None else None)
        held = str(one.manual) if moved else ""
        typed = str(mine.values.get("points") or "") if mine else held
        some = tuple(str(n) for n in factor.allowed)
        hint = f"{'、'.join(some)} 之一" if some else f"0—{one.most} 的整数"
        return RowForm(
            self.url,
            action.code,
            self._request(mine),
            self.seq,
            f"say-{one.code}-{KEEP}",
            (("", "保留修正" if moved else "保存并重算"),),
            title=f"{action.title}：{one.title}",
            hidden=((f"{action.code}.factor", one.code),),
            points=PointsBox(typed, f"{hint}；保存后重算小计、总分和分级。", some, _said_of(mine, "points")),
            reason=_reason(
                action, mine, f"不少于 {REASON_LEAST} 字，写明核实的事实；自动分、修正分、理由一并留存。"
            ),
            refused=_refused(mine),
            strong=True,
        )

    def _taking_back(self, action: Action, one: Scored) -> RowForm:
        mine = self._mine(action.code, factor=one.code, blank=True)
        auto = "缺数" if one.auto is None else f"{one.auto} 分"
        return RowForm(
            self.url,
            action.code,
            self._request(mine),
            self.seq,
            f"say-{one.code}-{TAKE_BACK}",
            (("", f"撤销修正，采用自动分（{auto}）"),),
            title=f"撤销修正：{one.title}",
            hidden=((f"{action.code}.factor", one.code), (f"{action.code}.points", "")),
            reason=_reason(action, mine, f"不少于 {REASON_LEAST} 字。", label="撤销的理由"),
            refused=_refused(mine),
        )

    def looks(self, assessed: Assessed) -> tuple[RowForm, ...]:
        """The second looks open to the reader; drawn only while a correction asks for one."""
        return (
            tuple(self._look(o) for o in assessed.looks if not o.why_not)
            if assessed.wants_look and self.url
            else ()
        )

    def _look(self, option: Option) -> RowForm:
        act = option.action
        mine = self._mine(act.code)
        values = {**option.preset, **(mine.values if mine else {})}
        return RowForm(
            self.url,
            act.code,
            self._request(mine),
            self.seq,
            f"say-{act.code}",
            (("", act.title),),
            title=act.title,
            fields=self._fields(act, values, mine),
            refused=_refused(mine),
            strong=True,
        )

    def _fields(self, action: Action, values: Mapping[str, Any], mine: Typed | None) -> SafeString:
        if not field_specs(action.data):
            return SafeString("")
        faults = mine.findings if mine else ()
        return render_data_form(action.data, values, faults, action.code, choices=self.choices)

    def runs(self, assessed: Assessed) -> tuple[RowForm, ...]:
        """The buttons that run the machine."""
        return tuple(self._run(o) for o in assessed.runs if not o.why_not) if self.url else ()

    def _run(self, option: Option) -> RowForm:
        act = option.action
        mine = self._mine(act.code)
        request = self._request(mine)
        return RowForm(
            self.url,
            act.code,
            request,
            self.seq,
            f"say-{act.code}",
            (("", act.title),),
            title=act.title,
            refused=_refused(mine),
        )

    def _mine(
        self, act: str, *, clause: str = "", factor: str = "", blank: bool | None = None
    ) -> Typed | None:
        """What was typed, when it was typed in this very form; no points are typed where a correction is taken back."""
        typed = self.typed
        if typed is None or typed.action != act:
            return None
        said = typed.values
        if (clause and said.get("clause") != clause) or (factor and said.get("factor") != factor):
            return None
        if blank is not None and blank != (said.get("points") in (None, "")):
            return None
        self.left_over = ""
        return typed

    def _request(self, mine: Typed | None) -> str:
        return mine.request_id if mine and mine.request_id else new_request()


def _options(action: Action) -> Mapping[str, str]:
    return dict(next(s for s in field_specs(action.data) if s.name == "disposal").meta.options)


def _reason(action: Action, mine: Typed | None, hint: str, label: str = "") -> ReasonBox:
    spec = next(s for s in field_specs(action.data) if s.name == "reason")
    value = str(mine.values.get("reason") or "") if mine else ""
    return ReasonBox(
        label or spec.meta.label, value, hint, spec.meta.max_len or 500, _said_of(mine, "reason")
    )


def _said_of(mine: Typed | None, name: str) -> str:
    """What is wrong with a field of a refused form."""
    found = (f.message for f in mine.findings if f.path.rpartition(".")[2] == name) if mine else ()
    return next(iter(found), "")


def _refused(mine: Typed | None) -> str:
    """What is said above a refused form: whatever no field says already."""
    if mine is None:
        return ""
    return "" if any(_said_of(mine, name) == mine.message for name in ("points", "reason")) else mine.message
