"""`luban verify`: recompute what cannot change without being noticed.

 - the code of every row that carries one (`row_codes`), and the seals of the audit trail (`trail`);
 - the history of every case: each event's digest from its content and the digest before it, the case's head from the
   last one, no event missing;
 - every submitted form against the digest its history keeps (`versions`);
 - every filed paper: the stored file against its digest, its seal (where it bears one) intact to the last byte, its
   number registered;
 - every licence against its paper, its case and the case that ended it (`licences`);
 - every evidence request against the case it was made from (`evidence`).

Each fault names the row. Nothing is repaired.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

from django.db.models import Exists, OuterRef

from luban.cases import house
from luban.cases.engine import DIGESTED, GENESIS, event_digest
from luban.cases.models import Case, Document, Event
from luban.kit import registry
from luban.people.genuine import unchecked
from luban.registers.numbering.models import Issued
from luban.stages.integrity.evidence import check_evidence
from luban.stages.integrity.fault import AT_ONCE, Fault
from luban.stages.integrity.licences import check_licences
from luban.stages.integrity.part import WHOLE, Part
from luban.stages.integrity.row_codes import check_rows
from luban.stages.integrity.trail import check_trail
from luban.stages.integrity.versions import check_versions
from luban.stages.licence import authorities
from luban.trust.objects import ObjectMissing, ObjectTouched
from luban.trust.pdf_seal import NotSealable, inspect_seal

UNSEALED = "none"


@dataclass(frozen=True)
class Checked:
    """How much was looked at, and every fault."""

    cases: int
    events: int
    papers: int
    licences: int
    faults: tuple[Fault, ...]
    evidence: int = 0
    rows: int = 0
    lines: int = 0


def check_all(*, rows_only: bool = False) -> Checked:
    """Look at everything, or (`rows_only`) at row codes, histories and the trail: what needs no file and no case drawn."""
    faults: list[Fault] = []
    with unchecked():
        found = check_quick(faults)
        if rows_only:
            return found
        check_versions(faults)
        papers = _papers(faults)
        licences = check_licences(faults)
        evidence = check_evidence(faults)
    more = {"papers": papers, "licences": licences, "evidence": evidence}
    return replace(found, faults=tuple(faults), **more)


def check_quick(faults: list[Fault], *, part: Part = WHOLE) -> Checked:
    """Row codes, histories and the trail of the house, or of a part of it (the trail belongs to the first)."""
    rows = check_rows(faults, part=part)
    lines = check_trail(faults) if part.number == 0 else 0
    cases, events = _histories(faults, part)
    return Checked(cases, events, 0, 0, tuple(faults), rows=rows, lines=lines)


def _histories(faults: list[Fault], part: Part) -> tuple[int, int]:
    heads = {
        str(pk): (number, seq, head)
        for pk, number, seq, head in part.of(Case.objects.all(), "pk")
        .values_list("pk", "number", "seq", "head")
        .iterator()
    }
    seen, counted = set(), 0
    events = part.of(Event.objects.order_by("case_id", "seq"), "case")
    rows = events.values_list("case_id", "prev", "digest", *DIGESTED).iterator(chunk_size=AT_ONCE)
    for pk, found in groupby(rows, key=itemgetter(0)):
        case_id = str(pk)
        seen.add(case_id)
        number, seq, head = heads.get(case_id, (case_id, 0, ""))
        last = GENESIS
        n = 0
        for n, (_, prev, digest, *values) in enumerate(found, start=1):
            counted += 1
            body = dict(zip(DIGESTED, values, strict=True))
            for problem in _event_problems(body, prev, digest, n, last):
                faults.append(Fault("cases_event", f"{number} 第{body['seq']}条", problem))
            last = digest
        if (n, last) != (seq, head):
            faults.append(Fault("cases_case", number, "办件的经过与首尾摘要不符，有经过被删改"))
    faults.extend(Fault("cases_case", heads[c][0], "办件没有经过") for c in heads.keys() - seen)
    return len(heads), counted


def _event_problems(body: Mapping[str, object], prev: str, digest: str, n: int, last: str) -> Iterator[str]:
    if body["seq"] != n:
        yield f"缺少第{n}条经过"
    if prev != last:
        yield "与上一条经过的摘要不相接"
    if event_digest(prev=prev, body=body) != digest:
        yield "内容与摘要不符，被改动过"


def _papers(faults: list[Fault]) -> int:
    count, roots = 0, authorities.known()
    numbered = Issued.objects.filter(number=OuterRef("number"), voided_at__isnull=True)
    sealed = Document.objects.filter(state="sealed").select_related("case").order_by("pk")
    for paper in sealed.annotate(numbered=Exists(numbered)).iterator(chunk_size=AT_ONCE):
        count += 1
        name = f"{paper.case.number} {paper.title} {paper.number}".strip()
        problem = _paper_problem(paper.sm3, roots) if _bears_seal(paper) else _file_problem(paper.sm3)
        if problem:
            faults.append(Fault("cases_document", name, problem))
        if paper.number and not paper.numbered:
            faults.append(Fault("cases_document", name, "文号不在编号登记里，或已登记作废"))
    return count


def _bears_seal(paper: Document) -> bool:
    """Whether the item has its paper sealed; one the item no longer declares is held to the strict check."""
    found = (d for d in registry.get(paper.case.item).documents if d.code == paper.code)
    return next((d.seal for d in found), "") != UNSEALED


def _file_problem(digest: str) -> str:
    try:
        house.objects().get(digest)
    except ObjectMissing:
        return "存档文件不见了"
    except ObjectTouched:
        return "存档文件被改动过"
    return ""


def _paper_problem(digest: str, roots: tuple[bytes, ...]) -> str:
    try:
        report = inspect_seal(pdf=house.objects().get(digest), roots=roots)
    except ObjectMissing:
        return "存档文件不见了"
    except ObjectTouched:
        return "存档文件被改动过"
    except NotSealable:
        return "存档文件上没有电子印章"
    if not roots:
        return "没有登记签章机构的证书，无法验章，请把证书放入 var/authorities/ 后再核对"
    return "" if report.intact and report.bottom_line else "电子印章之后文件被改动过"
