"""The process of an item: steps, desks, actions, clocks. Declared, checked when assembled, drawn as a picture.

States are the platform's (draft → submitted → accepted → decided → closed_…); steps are the item's own. An action is
taken at a step by its desk; `reaches` moves the state and marks the day; limits start and stop on such marks. What an
action causes (`makes` documents, `tells` partners) is done by jobs; what must be true together with it (`records`)
happens inside the act's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from luban.kit.acts import Nothing
from luban.kit.form import Section

STATES = (
    "draft",
    "submitted",
    "correcting",
    "accepted",
    "decided",
    "closed_granted",
    "closed_denied",
    "closed_recorded",
    "closed_refused",
    "closed_withdrawn",
    "closed_lapsed",
    "closed_voided",
)
CLOSED = tuple(s for s in STATES if s.startswith("closed_"))
APPLICANT_STEP = "correct"


@dataclass(frozen=True)
class Param:
    """A reference to a dated parameter."""

    key: str


def param(key: str) -> Param:
    """The value of a dated parameter, taken on the case's day."""
    return Param(key)


@dataclass(frozen=True)
class Desk:
    """Who works a step. `at`: handling (the organisation that handles the case), city, own (the applicant), system,
    assigned (the organisation `of`), invited (the organisation the item's `invites` names for this application)."""

    role: str
    at: str = "handling"
    of: str = ""


PLACES = ("handling", "city", "own", "system", "assigned", "invited")
SYSTEM = Desk("system", at="system")
APPLICANT = Desk("applicant", at="own")

Guard = Callable[[Any], str | None]
Preset = Callable[[Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Batch:
    """An act taken on many cases as a batch that is kept, numbered by `number` (registers/numbering), `at_most` cases.

    `document` is the paper each of its cases gets by this act or a later one: the batch shows what became of it.
    """

    number: str
    at_most: int = 200
    document: str = ""


@dataclass(frozen=True)
class Action:
    """Something an actor can do at a step; use Go, Return, End, Stay.

    `assesses`: the machine judges and scores the application in this act (see kit.assessment). `dated_by`: its marks
    carry the day of the latest of these marks, not today's: what is deemed done by silence counts from the receipt.
    `batch`: it may be taken on the cases ticked in a list, within the request (True) or as a `Batch` that is kept.
    """

    code: str
    title: str
    to: str = ""
    reaches: str = ""
    marks: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    data: type[Section] = Nothing
    preset: Preset | None = None
    when: Guard | None = None
    apart_from: tuple[str, ...] = ()
    apart_message: str = "经办与审批不得为同一人，请由其他同志办理。"
    pauses: str = ""
    resumes: bool = False
    says: str = ""
    batch: bool | Batch = False
    by: Desk | None = None
    assesses: bool = False
    stays: bool = False
    dated_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Go(Action):
    """Onwards (or back inside the office) to step `to`."""


@dataclass(frozen=True)
class Return(Action):
    """To the applicant for correction; the case comes back to the step that returned it.

    After acceptance, what is asked for is a supplement: `reaches=""` leaves the state as it is and `pauses` stops the
    clocks, which run on with the resubmission (vocabulary 4.1, 5.2).
    """

    to: str = APPLICANT_STEP
    reaches: str = "correcting"


@dataclass(frozen=True)
class End(Action):
    """The case ends in state `reaches`."""


@dataclass(frozen=True)
class Stay(Action):
    """Something said or corrected while the case stays where it is."""

    stays: bool = True


@dataclass(frozen=True)
class After:
    """A timer of a step: `days` (cd natural, wd working days) after entering it the system takes action `act`."""

    days: int | Param
    act: str
    unit: str = "cd"


@dataclass(frozen=True)
class Limit:
    """A clock: `n` units (wd working days, cd calendar days) from the day of mark `starts_on` to `stops_on`.

    Mark `extended_by`, set while it runs, adds `extension` units once (vocabulary 5.2).
    """

    code: str
    title: str
    n: int | Param
    unit: str
    starts_on: str
    stops_on: tuple[str, ...]
    paused_by: tuple[str, ...] = ()
    extended_by: str = ""
    extension: int | Param = 0


@dataclass(frozen=True)
class Step:
    """A place in the process. `system` steps wait for a job (sealing); nobody works them."""

    code: str
    title: str
    desk: Desk
    actions: tuple[Action, ...] = ()
    timers: tuple[After, ...] = ()
    says: str = ""

    @property
    def system(self) -> bool:
        """Whether no person works this step."""
        return self.desk.at == "system"


@dataclass(frozen=True)
class Process:
    """Steps in their usual order, the clocks, and actions open at several steps (`anytime`: action → step codes)."""

    steps: tuple[Step, ...]
    limits: tuple[Limit, ...] = ()
    anytime: tuple[tuple[Action, tuple[str, ...]], ...] = ()
    correction_days: int | Param = field(default_factory=lambda: Param("correction.days"))
    lapse_makes: tuple[str, ...] = ()
    submit_makes: tuple[str, ...] = ()
    submit_records: tuple[str, ...] = ()
    lapse_records: tuple[str, ...] = ()
    corrects: Desk = APPLICANT

    def step(self, code: str) -> Step:
        """The step of that code, the applicant's correction step included; KeyError otherwise."""
        if code == APPLICANT_STEP:
            return self.correction_step
        for step in self.steps:
            if step.code == code:
                return step
        raise KeyError(code)

    @property
    def first(self) -> Step:
        """Where a submitted case starts."""
        return self.steps[0]

    @property
    def correction_step(self) -> Step:
        """The desk where a case is corrected (`corrects`: whoever began it); it lapses after `correction_days`."""
        lapse = End(
            "lapse",
            "逾期未补正",
            reaches="closed_lapsed",
            by=SYSTEM,
            resumes=True,
            makes=self.lapse_makes,
            records=self.lapse_records,
        )
        return Step(
            APPLICANT_STEP,
            "补正",
            self.corrects,
            actions=(
                Go("resubmit", "提交补正", by=self.corrects, resumes=True, makes=self.submit_makes),
                lapse,
            ),
            timers=(After(self.correction_days, act="lapse"),),
        )

    def actions_at(self, step: str) -> tuple[tuple[Action, Desk], ...]:
        """The actions of a step with who may take them, anytime actions last."""
        here = self.step(step)
        own = tuple((a, a.by or here.desk) for a in here.actions)
        return own + tuple((a, a.by or APPLICANT) for a, steps in self.anytime if step in steps)

    def faults(self) -> list[str]:
        """What is wrong with the declaration: unknown steps, states or timers' actions, codes used twice."""
        known = {s.code for s in self.steps} | {APPLICANT_STEP, ""}
        faults = [f"step {c} is declared twice" for c in _twice([s.code for s in self.steps])]
        for step in self.steps:
            codes = [a.code for a, _ in self.actions_at(step.code)]
            faults += [f"step {step.code}: action {c} is declared twice" for c in _twice(codes)]
            faults += [
                f"step {step.code}: timer takes unknown action {t.act}"
                for t in step.timers
                if t.act not in codes
            ]
            for action, _ in self.actions_at(step.code):
                if action.to not in known:
                    faults.append(f"action {action.code} goes to unknown step {action.to}")
                if action.reaches and action.reaches not in STATES:
                    faults.append(f"action {action.code} reaches unknown state {action.reaches}")
                if not (action.to or action.reaches or action.records or action.stays):
                    faults.append(f"action {action.code} leads nowhere")
        faults += self._unknown_names()
        faults += self._unplaced_desks()
        for _, steps in self.anytime:
            faults += [f"anytime action at unknown step {s}" for s in steps if s not in known]
        return faults

    @property
    def commands(self) -> frozenset[str]:
        """Every change of a register that this process makes (`records`), by the name registers offer it under."""
        actions = [a for s in (*self.steps, self.correction_step) for a, _ in self.actions_at(s.code)]
        return frozenset(self.submit_records).union(*(a.records for a in actions))

    @property
    def names(self) -> frozenset[str]:
        """Every action code and mark an event of this process can carry: what limits and messages may wait for."""
        actions = [a for s in (*self.steps, self.correction_step) for a, _ in self.actions_at(s.code)]
        own = {n for a in actions for n in (a.code, *a.marks, a.reaches) if n}
        return frozenset(
            own
            | {
                "submit",
                "submitted",
                "resubmitted",
                "supplemented",
                "correcting",
                "paused",
                "resumed",
                "moved",
            }
        )

    @property
    def desks(self) -> tuple[Desk, ...]:
        """Every desk of the process, of steps and of single actions."""
        steps = (*self.steps, self.correction_step)
        return tuple(
            dict.fromkeys(d for s in steps for d in (s.desk, *(d for _, d in self.actions_at(s.code))))
        )

    def _unplaced_desks(self) -> list[str]:
        """Desks that stand nowhere."""
        return [
            f"the desk of {desk.role} stands nowhere: {desk.at} {desk.of}"
            for desk in self.desks
            if desk.at not in PLACES or (desk.at == "assigned") != bool(desk.of)
        ]

    def _unknown_names(self) -> list[str]:
        """Names in `apart_from` and limits that no event carries: a misspelt one would switch a duty off in silence."""
        known, faults = self.names, []
        for step in self.steps:
            for action in step.actions:
                faults += [
                    f"action {action.code} is apart from unknown {n}"
                    for n in action.apart_from
                    if n not in known
                ]
        for limit in self.limits:
            names = (limit.starts_on, *limit.stops_on, *((limit.extended_by,) if limit.extended_by else ()))
            faults += [f"limit {limit.code} waits for unknown {n}" for n in names if n not in known]
        return faults


def _twice(codes: list[str]) -> list[str]:
    return sorted({c for c in codes if codes.count(c) > 1})
