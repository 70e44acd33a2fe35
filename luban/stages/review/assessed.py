"""The automatic review of one case as an official meets it: how it came about, and what this person may say to it now.

Acts that settle a clause, correct a score, look again or run the machine anew are taken in the row they are about
(`in_sheet`), not in the decision panel. Whether one of them stands open for a clause or a factor is asked of the act's
own guard with words such as the person would say; so an item's own conditions hold on the page as they do in the act.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from luban.cases.act import situation
from luban.kit.acts import ClauseDisposal, ScoreCorrection, SecondLook
from luban.kit.assessment import KEY, Assessment, history
from luban.kit.form import field_specs
from luban.kit.item import Item
from luban.kit.process import Action
from luban.kit.reading import read_model
from luban.kit.verdicts import Disposal, Verdict
from luban.kit.view import Act, Situation
from luban.people.actor import Actor
from luban.stages.review.found import Found
from luban.stages.review.options import Option

LIKELY = "已经核实有关情况，" * 5
"""A reason long enough for any guard: asked with it, a guard speaks of everything but the reason."""
FITTING = {
    Verdict.DOUBT: (Disposal.CONFIRM_PASS, Disposal.CONFIRM_FAIL),
    Verdict.FAIL: (Disposal.OVERRIDE,),
    Verdict.PASS: (),
}


def in_sheet(action: Action) -> bool:
    """Whether an act is taken in the review or the score sheet itself."""
    if issubclass(action.data, ClauseDisposal | ScoreCorrection):
        return True
    plain_run = action.assesses and not field_specs(action.data)
    return action.stays and (plain_run or issubclass(action.data, SecondLook))


@dataclass(frozen=True)
class Offer:
    """An act that stands open for a clause or a factor, with the disposals it may carry."""

    action: Action
    disposals: tuple[Disposal, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """The assessment (None: the machine has not spoken), the acts that made it (with it as each left it), and what
    stands open: disposals by clause, corrections by factor, second looks and runs as a whole. `shut` says why acts of
    this desk are not open."""

    item: Item
    now: Assessment | None
    told: tuple[tuple[Act, Assessment], ...]
    disposals: Mapping[str, tuple[Offer, ...]] = field(default_factory=dict)
    corrections: Mapping[str, Offer] = field(default_factory=dict)
    looks: tuple[Option, ...] = ()
    runs: tuple[Option, ...] = ()
    shut: tuple[str, ...] = ()
    wants_look: bool = False

    def asked(self, options: tuple[Option, ...]) -> tuple[Option, ...]:
        """What is asked of the reader: decisions first, then the acts in rows that have something to be said in."""
        decisions = tuple(o for o in options if not in_sheet(o.action))
        open_ = {offer.action.code for offers in self.disposals.values() for offer in offers}
        open_ |= {offer.action.code for offer in self.corrections.values()}
        open_ |= {o.action.code for o in self.looks if self.wants_look and not o.why_not}
        open_ |= {o.action.code for o in self.runs if self.now is None}
        return (*decisions, *(o for o in options if o.action.code in open_))

    @property
    def run(self) -> Act | None:
        """The act in which the machine last spoke."""
        return next((act for act, _ in reversed(self.told) if KEY in act.data), None)

    @property
    def open_doubts(self) -> tuple[str, ...]:
        """Clauses in doubt that nobody has settled."""
        if self.now is None:
            return ()
        verdicts = self.now.verdicts
        return tuple(one.rule for one in self.now.judged if verdicts[one.rule] is Verdict.DOUBT)

    @property
    def looked_by(self) -> Act | None:
        """Who agreed to the corrected points, while that agreement stands."""
        if self.now is None or not self.now.looked:
            return None
        before = [None, *(a for _, a in self.told)]
        looks = [
            act for was, (act, a) in zip(before, self.told, strict=False) if a.looked and not _looked(was)
        ]
        return looks[-1] if looks else None

    def words_to(self, clause: str) -> tuple[Act, ...]:
        """What persons said to a clause, the latest first."""
        said = [self.told[n][0] for n in range(1, len(self.told)) if _disposes(self.told, n, clause)]
        return tuple(reversed(said))

    def correction_of(self, factor: str) -> tuple[Act, Assessment] | None:
        """The latest correction of a factor (also one taken back) and the assessment as it left it."""
        corrections = (pair for pair in reversed(self.told) if pair[0].data.get("factor") == factor)
        return next(corrections, None)


def _looked(assessment: Assessment | None) -> bool:
    return assessment is not None and assessment.looked


def _disposes(told: tuple[tuple[Act, Assessment], ...], n: int, clause: str) -> bool:
    act, after = told[n]
    return act.data.get("clause") == clause and len(after.disposed) > len(told[n - 1][1].disposed)


def assessed_of(*, found: Found, actor: Actor, options: tuple[Option, ...] = ()) -> Assessed | None:
    """The automatic review of a case; None for an item that has none. `options` are the acts of the actor's desk."""
    item = found.item
    if item.clauses is None and item.scoring is None:
        return None
    told = history(item=item, view=found.view)
    now = told[-1][1] if told else None
    sheet = tuple(o for o in options if in_sheet(o.action))
    bare = Assessed(
        item=item,
        now=now,
        told=told,
        runs=tuple(o for o in sheet if o.action.assesses),
        looks=tuple(o for o in sheet if issubclass(o.action.data, SecondLook)),
        wants_look=now is not None and now.asks_second_look(found.view.params),
    )
    return bare if now is None else _opened(bare, now, sheet, _asking(found, actor))


Ask = Callable[..., str]


def _asking(found: Found, actor: Actor) -> Ask:
    """A question to an act's guard, given likely words; facts are looked up once for all of them."""
    here = situation(item=found.item, view=found.view, data=None, by=actor, context=found.within)
    facts = cache(here.facts_of)

    def ask(action: Action, **words: Any) -> str:
        if action.when is None:
            return ""
        data = read_model(action.data, {**words, "reason": LIKELY}).form
        asked: Situation = replace(here, data=data, facts_of=facts)
        return action.when(asked) or ""

    return ask


def _opened(bare: Assessed, now: Assessment, sheet: tuple[Option, ...], ask: Ask) -> Assessed:
    disposing = [o for o in sheet if issubclass(o.action.data, ClauseDisposal)]
    correcting = [o for o in sheet if issubclass(o.action.data, ScoreCorrection)]
    shut = [f"{o.action.title}：{o.why_not}" for o in (*disposing, *correcting) if o.why_not]
    disposals = {
        one.rule: tuple(
            offer
            for o in disposing
            if not o.why_not and (offer := _disposal(o.action, one.rule, one.verdict, ask))
        )
        for one in now.judged
    }
    corrections: dict[str, Offer] = {}
    for option in correcting if now.sheet is not None else ():
        for factor in () if option.why_not else bare.item.scoring or ():
            refused = ask(option.action, factor=factor.code, points=_other_points(now, factor))
            if not refused:
                corrections.setdefault(factor.code, Offer(option.action))
            elif f"{option.action.title}：{refused}" not in shut:
                shut.append(f"{option.action.title}：{refused}")
    return replace(bare, disposals=disposals, corrections=corrections, shut=tuple(shut))


def _disposal(action: Action, clause: str, verdict: Verdict, ask: Ask) -> Offer | None:
    spec = next(s for s in field_specs(action.data) if s.name == "disposal")
    offered = {code for code, _ in spec.meta.options}
    open_ = tuple(
        d for d in FITTING[verdict] if d.value in offered and not ask(action, clause=clause, disposal=d.value)
    )
    return Offer(action, open_) if open_ else None


def _other_points(now: Assessment, factor: Any) -> int:
    """Points the factor can have and does not have now."""
    held = now.sheet[factor.code].final if now.sheet is not None else None
    return next((n for n in factor.allowed or range(factor.most + 1) if n != held), 0)
