"""What runs inside the house: a process with the environment of its workers. Prints one line of JSON.

`drafts FIRST LAST` prepares applications; `flow FIRST LAST` takes cases through by calling the functions the pages
call, without HTTP (it says `ready` and waits for a line, so that several begin at once); `documents` is a worker that
has only documents to make; `seals TIMES` typesets and seals one document again and again; `codes` gives copied rows
their codes, `looked` measures how fast all are looked at.
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import django
from stdnum.cn import uscc

django.setup()


from benchmarks.case_flow.case import Act, acts_of  # noqa: E402
from luban.cases import house  # noqa: E402
from luban.cases.models import Case, CaseVersion, Document  # noqa: E402
from luban.kit import registry  # noqa: E402
from luban.kit.process import Action  # noqa: E402
from luban.links.outbox.models import Effect  # noqa: E402
from luban.links.outbox.worker import drain  # noqa: E402
from luban.people.resealing import seal_all  # noqa: E402
from luban.registers.licences.models import Licence  # noqa: E402
from luban.stages.fill import filing  # noqa: E402
from luban.stages.integrity.apart import check_apart  # noqa: E402
from luban.stages.integrity.fault import Fault  # noqa: E402
from luban.stages.integrity.row_codes import check_rows  # noqa: E402
from luban.stages.licence.make import Job, sealed_bytes  # noqa: E402
from luban.stages.review.decide import decide  # noqa: E402
from luban.stages.review.worklist import Wanted, desk_counts, page  # noqa: E402
from tests.faults.applications import FIRM, LEADER, REVIEWER, ready_draft  # noqa: E402

SPACE = uuid.UUID("5f7d1c26-8f0b-4a52-9a51-0f8a7e9a2b64")
ACTORS = {actor.account: actor for actor in (FIRM, REVIEWER, LEADER)}


def drafts(first: int, last: int) -> list[str]:
    """The ids of signed drafts with their files."""
    return [draft(n) for n in range(first, last + 1)]


def draft(n: int) -> str:
    """The n-th application, each to a receiver of its own: what a receiver has left to take is part of the precheck."""
    code = f"91320583MA2T{n:05}"
    return ready_draft(n, SPACE, receiver=f"{code}{uscc.calc_check_digit(code)}")


def _said(act: Act, _: Action) -> Mapping[str, str]:
    return act.data


def case(n: int, draft_id: str) -> str:
    """The n-th case from its draft to the leader's confirmation and a worklist page; its number."""
    filed = filing.submit(
        draft_id=draft_id,
        actor=FIRM,
        acknowledged=True,
        notes="",
        request_id=f"bench-{n}-submit",
    ).case
    for seq, act in enumerate(acts_of(n), start=1):
        decide(
            number=filed.number,
            action=act.code,
            actor=ACTORS[act.account],
            words=partial(_said, act),
            request_id=f"bench-{n}-{seq}",
            seq=seq,
        )
    page(actor=REVIEWER, wanted=Wanted())
    desk_counts(actor=REVIEWER)
    return filed.number


def flow(first: int, last: int) -> dict[str, Any]:
    """Take the cases through one after the other, the first as a warming; the others when told to on standard input."""
    ready = drafts(first, last)
    numbers = [case(first, ready[0])]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    began, spent = time.perf_counter(), time.process_time()
    numbers += [case(n, key) for n, key in enumerate(ready[1:], start=first + 1)]
    return {
        "numbers": numbers,
        "began": began,
        "ended": time.perf_counter(),
        "cpu": time.process_time() - spent,
    }


def documents() -> dict[str, Any]:
    """Perform every open `document` effect as a worker does, the first lane as a warming."""
    made, began, spent = 0, time.perf_counter(), time.process_time()
    waiting = Effect.objects.filter(done_at__isnull=True, kind="document").order_by("id")
    for warming in (True, False):
        while lanes := list(dict.fromkeys(waiting.values_list("lane", flat=True))):
            done = sum(drain(lane=lane) for lane in (lanes[:1] if warming else lanes))
            made += done
            if warming or not done:
                break
        if warming:
            made, began, spent = 0, time.perf_counter(), time.process_time()
    return {"made": made, "seconds": time.perf_counter() - began, "cpu": time.process_time() - spent}


def seals(times: int) -> list[float]:
    """Seconds of typesetting and sealing one document of a filed case, warm, each time as a paper of its own."""
    paper = Document.objects.filter(code="filing_receipt", state="sealed").latest("sealed_at")
    within = house.context()
    view = house.view_at(case_id=paper.case_id, seq=paper.event_seq, within=within)
    item = registry.get(view.item)
    job = Job(str(paper.case_id), paper.event_seq, item, item.document(paper.code), view, within)
    took = []
    for _ in range(times + 2):
        paper.pk = uuid.uuid4()
        began = time.perf_counter()
        sealed_bytes(job, paper)
        took.append(time.perf_counter() - began)
    return took[2:]


def codes() -> dict[str, int]:
    """Give the copied rows codes of their own: they are the models' rows with other values."""
    copies = (
        (Case, Case.objects.filter(number__contains="-C")),
        (CaseVersion, CaseVersion.objects.filter(case__number__contains="-C")),
        (Licence, Licence.objects.filter(case_number__contains="-C")),
    )
    return {model.__name__: seal_all(rows=rows, groups=model.SEALED) for model, rows in copies}


def looked() -> dict[str, Any]:
    """Look at every row that carries a code, then at rows, histories and trail together, as `luban verify --rows` does."""
    faults: list[Fault] = []
    began, spent = time.perf_counter(), time.process_time()
    rows = check_rows(faults)
    said = {"rows": rows, "seconds": time.perf_counter() - began, "cpu": time.process_time() - spent}
    began, before = time.perf_counter(), os.times()
    checked = check_apart(processes=os.cpu_count() or 1)
    after = os.times()
    return {
        **said,
        "touched": len(faults),
        "cases": checked.cases,
        "events": checked.events,
        "faults": len(checked.faults),
        "whole": time.perf_counter() - began,
        "whole_cpu": after.children_user
        - before.children_user
        + after.children_system
        - before.children_system,
    }


PARTS: dict[str, Callable[..., Any]] = {
    "drafts": drafts,
    "flow": flow,
    "documents": documents,
    "seals": seals,
    "codes": codes,
    "looked": looked,
}


def main(words: list[str]) -> None:
    """Do the named part."""
    part, *numbers = words
    sys.stdout.write(f"{json.dumps(PARTS[part](*map(int, numbers)))}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
