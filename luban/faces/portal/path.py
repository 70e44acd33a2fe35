"""The way of a case as its applicant sees it: the stations of the declared process with the case's place among them.

The usual way is followed from the first step by each step's first action that leads onwards; a step off that way (a
supplement, the sealing of a refusal) is drawn only while the case stands there. Steps inside the office keep their
titles; who sent what back inside is nobody's business here.
"""

from __future__ import annotations

from collections.abc import Mapping

from luban.kit.process import APPLICANT_STEP, Process
from luban.ui.view import Track, TrackStep
from luban.ui.words import case_status

SUBMITTED, DONE = "提交", "办结"
GOOD_ENDS = frozenset({"closed_granted", "closed_recorded"})


def usual_way(process: Process) -> tuple[str, ...]:
    """The codes of the steps a case usually passes, in order."""
    order = [step.code for step in process.steps]
    way = [process.first.code]
    while True:
        here = process.step(way[-1])
        onwards = (a.to for a in here.actions if a.to in order and order.index(a.to) > order.index(here.code))
        after = next(onwards, "")
        if not after:
            return tuple(way)
        way.append(after)


def track(
    *,
    process: Process,
    state: str,
    step: str,
    returned_from: str = "",
    paused: bool = False,
    notes: Mapping[str, str] | None = None,
    big: bool = False,
) -> Track:
    """The stations with the present one lit. `notes`: step code, `submit` or `end` → the small line."""
    said = notes or {}
    first = TrackStep(SUBMITTED, "done", said.get("submit", ""))
    if state.startswith("closed_") and state not in GOOD_ENDS:
        end = TrackStep(case_status(state=state).word, "now", said.get("end", ""))
        return Track((first, end), big)
    way = usual_way(process)
    ended = state in GOOD_ENDS
    here = "" if ended else returned_from or way[0] if step == APPLICANT_STEP else step
    if here and here not in way:
        way = _with_detour(process, way, here)
    at = way.index(here) if here else len(way)
    hold = "stop" if step == APPLICANT_STEP else "hold" if paused else ""
    stations = [first]
    for n, code in enumerate(way):
        place = "done" if n < at else "now" if n == at else "todo"
        stations.append(
            TrackStep(process.step(code).title, place, said.get(code, ""), hold if n == at else "")
        )
    stations.append(TrackStep(DONE, "done" if ended else "todo", said.get("end", "")))
    return Track(tuple(stations), big)


def _with_detour(process: Process, way: tuple[str, ...], here: str) -> tuple[str, ...]:
    """The way with the step put where an action first leads to it."""
    for n, code in enumerate(way):
        if any(action.to == here for action in process.step(code).actions):
            return (*way[: n + 1], here, *way[n + 1 :])
    return (*way, here)
