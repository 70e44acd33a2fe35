"""What was submitted, against the digest the history keeps of it: a touched form is found for every item."""

from __future__ import annotations

from luban.cases import house
from luban.cases.models import CaseVersion, Event
from luban.cases.secrets import opened
from luban.kit import registry
from luban.kit.canonical import canonical
from luban.stages.integrity.fault import AT_ONCE, Fault
from luban.trust.digest import sm3
from luban.trust.envelope import EnvelopeBroken

SUBMITTING = ("submit", "resubmit")


def check_versions(faults: list[Fault]) -> int:
    """Look at every submitted version; returns how many."""
    rows = Event.objects.filter(action__in=SUBMITTING).values_list("case_id", "version", "data__form")
    kept = {(case, version): digest for case, version, digest in rows.iterator() if digest}
    count = 0
    for row in CaseVersion.objects.select_related("case").order_by("pk").iterator(chunk_size=AT_ONCE):
        count += 1
        digest = kept.get((row.case_id, row.n))
        if digest and digest != _digest(row):
            name = f"{row.case.number} 第{row.n}版"
            faults.append(Fault("cases_caseversion", name, "申请内容与提交时的摘要不符，被改动过"))
    return count


def _digest(row: CaseVersion) -> str:
    form = registry.get(row.case.item).form
    try:
        return sm3(canonical(opened(form=form, payload=row.payload, keys=house.keys())).encode())
    except EnvelopeBroken:
        return ""
