"""What there is to be seen or not: one firm's cases, papers, files, drafts and licence, and its district's.

A case of suxin lies at the first desk of Pudong, with a sealed paper; another was granted and has a licence. Beside
them the firm's draft with a file, the district's draft of a revocation with a file, a stuck delivery, a batch, an export.
"""

from __future__ import annotations

import io
import uuid
from collections import Counter
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

import pypdf

from luban.cases import house
from luban.cases.models import Batch, BatchLine, Case, Document
from luban.faces.office.models import ExportRun
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.ledger.models import ChainBinding, ChainRecord, ChainRestoration, ChainWrite, Verification
from luban.links.outbox.models import Effect
from luban.people.actor import Actor
from luban.registers.book.current import current
from luban.registers.book.shipped import all_specs
from luban.registers.licences import shelf
from luban.registers.licences.parts import LicenceFact
from luban.stages.fill import drafts, files, filing, phone, proposals
from luban.stages.gateway import applications
from luban.stages.gateway.models import Grant
from luban.stages.policy import drafts as drafts_of_policy
from luban.stages.policy.drafts import DONE
from luban.stages.policy.models import Trial
from luban.stages.policy.tally import Tally
from luban.stages.subscriptions.models import ChainNotice, Delivery, Subscription
from tests.faults.applications import ACTS, FIRM, REVIEWER, ready_draft
from tests.matrix.accounts import COLLEAGUE, ITEM, install

REVOCATION = "solid_waste_revocation"
TOKEN = "AbCdEfGhIjKlMnOpQrStUv"
LICENCE = "GFBA-310115-2026-0001"
MATERIAL = "M02"
BATCH = "PL20260302001"
CHAIN_APP = "ak_matrix"
SUBSCRIPTION, NOTICE, GRANT = "sub_matrix", 990_001, 990_002
RECORD_KEY = "5a" * 32
RESTORATION = 900001


@dataclass(frozen=True)
class World:
    """Everything an address may name."""

    number: str
    seq: int
    paper: str
    sm3: str
    granted: str
    record_key: str
    token: str
    licence: str
    draft: str
    file: str
    office_draft: str
    office_file: str
    phone: str
    effect: int
    batch: str
    batch_line: str
    run: str
    trial: str
    trial_key: str
    register: str
    register_key: str
    material: str


def build() -> World:
    """Make it, in the database at hand."""
    install()
    item = registry.get(ITEM)
    case, granted = _filed(1), _grant(_filed(2))
    shelf.issue(licence=_licence(granted), at=clock.now())
    _chained(granted, number=case.number)
    draft = _draft(item)
    _granted()
    _subscribed(case.number)
    office = proposals.begin_at(item=registry.get(REVOCATION), actor=REVIEWER, licence_token=TOKEN)
    return World(
        number=case.number,
        seq=case.seq,
        paper=str(_paper(case).pk),
        sm3=case.current.materials[0]["sm3"],
        granted=granted.number,
        record_key=RECORD_KEY,
        token=TOKEN,
        licence=LICENCE,
        draft=draft,
        file=_file(draft, FIRM, MATERIAL),
        office_draft=office.id,
        office_file=_file(office.id, REVIEWER, "E01"),
        phone=phone.link(draft_id=draft, actor=FIRM, code=MATERIAL, binding=None)
        .url.rstrip("/")
        .split("/")[-1],
        effect=_stuck(case),
        batch=BATCH,
        batch_line=_batch(case),
        run=str(_export().pk),
        **_trial(),
        register=REGISTER,
        register_key=current(REGISTER).at(clock.today()).rows[0].key,
        material=MATERIAL,
    )


def _chained(granted: Case, *, number: str) -> None:
    """The granted case's record is in a block, and the index knows the other one's; a verification found a difference."""
    at, tx = clock.now(), "0x" + "ab" * 32
    where = {"record_key": RECORD_KEY, "version": 1}
    ChainBinding.objects.create(
        chain_id=310000, genesis="0x" + "01" * 32, seen_number=9, seen_hash=tx, bound_at=at
    )
    ChainWrite.objects.create(
        request_id="matrix", group=f"case:{granted.pk}", account="310000", contract="UtilisationFilingEvidence",
        function="createFiling", arguments={}, digest="cd" * 32, state="confirmed", tx_hash=tx, block_number=9,
        created_at=at, confirmed_at=at, **where,
    )  # fmt: skip
    ChainRecord.objects.create(
        record_key=RECORD_KEY, kind="UF", address="0x" + "02" * 20, number=number, doc_no="", status=1,
        version=1, origin=310000, dest=320000, core={}, changed_block=9, changed_at=0,
    )  # fmt: skip
    Verification.objects.create(
        record="UF", case=str(granted.pk), case_no=number, result="db_tampered", severity="critical",
        report={"message": "业务数据库数据与链上存证不一致"}, checked_at=at, **where,
    )  # fmt: skip
    ChainRestoration.objects.create(
        id=RESTORATION, record="UF", case=str(granted.pk), case_no=number, result="db_tampered", source="snapshot",
        digest="cd" * 32, standing="ef" * 32, changed=["业务数据"], reason="数据库被人改动", state="proposed",
        proposed_by="city_reviewer2", proposed_by_name="审查乙", proposed_at=at, **where,
    )  # fmt: skip


def _granted() -> None:
    """A province's application that may read one record for a month."""
    applications.issue(name="示例应用", region="320000", by="示例", key=CHAIN_APP)
    at = clock.now()
    Grant.objects.create(
        id=GRANT, app_id=CHAIN_APP, record="UF", record_key=RECORD_KEY, sections=["s3"], since=at,
        until=at + timedelta(days=30), created_by="示例", created_at=at,
    )  # fmt: skip


def _subscribed(number: str) -> None:
    """A subscription with a delivery that was given up, and a notice that waits to be told by letter."""
    at = clock.now()
    row = Subscription.objects.create(
        id=SUBSCRIPTION, app_key=CHAIN_APP, region="320000", name="江苏", callback_url="https://callback.example/x",
        event_types=[], contracts=[], scope="party", start_from="latest", include_sections=False, max_concurrency=4,
        state="active", position=0, created_at=at, updated_at=at,
    )  # fmt: skip
    Delivery.objects.create(
        subscription=row, event_seq=1, event_id="e" * 32, event_type="FilingCreated", record_key=RECORD_KEY,
        block_number=9, log_index=0, state="dead", attempts=11, status=500, error="应答状态为500，应为200。",
        created_at=at, done_at=at,
    )  # fmt: skip
    ChainNotice.objects.create(
        id=NOTICE, key="matrix", event_id="e" * 32, contract="UtilisationFilingEvidence", record_key=RECORD_KEY,
        notice_seq=0, notice_type=13, region="350000", case_no=number, action_required="ACK", channel="letter",
        state="created", created_at=at,
    )  # fmt: skip


REGISTRAR = Actor("city_register", "示例台账甲", "register_admin", "310000", "", "310000")
REGISTER = next(code for code, spec in all_specs().items() if spec.two_persons and spec.removable)


def _filed(n: int) -> Case:
    outcome = filing.submit(
        draft_id=ready_draft(n), actor=FIRM, acknowledged=True, notes="", request_id=f"matrix-{n}"
    )
    return Case.objects.get(pk=outcome.case.id)


def _grant(case: Case) -> Case:
    for action, by, data in (*ACTS, ("issue", Actor.system(), {})):
        house.take(case_id=str(case.pk), action=action, by=by, data=data, request_id=f"{action}-{case.pk}")
    return Case.objects.get(pk=case.pk)


def _licence(case: Case) -> LicenceFact:
    return LicenceFact(
        number=LICENCE,
        holder=case.applicant,
        holder_name=case.applicant_name,
        valid_from=date(2026, 3, 2),
        valid_to=date(2026, 12, 31),
        token=TOKEN,
        case_id=str(case.pk),
        case_number=case.number,
        item=case.item,
        document="filing_receipt",
        title="一般固体废物跨省转移利用备案表",
        office="310115",
        office_name="上海市浦东新区生态环境局",
        shows=(("移出单位", case.applicant_name),),
        file_sm3=house.objects().put(pdf()),
    )


def _paper(case: Case) -> Document:
    content = pdf()
    return Document.objects.create(
        case=case,
        event_seq=case.seq,
        code="correction_notice",
        title="补正通知书",
        number="示例补〔2026〕1号",
        token="t",
        state="sealed",
        sm3=house.objects().put(content),
        size=len(content),
        to_applicant=True,
        reserved_at=clock.now(),
        sealed_at=clock.now(),
    )


def _draft(item: Item) -> str:
    opened = clock.now() - timedelta(minutes=5)
    answers = answers_of(item, {})
    assert answers is not None
    return drafts.start(item=item, actor=FIRM, answers=answers, notice_opened_at=opened).id


def answers_of(item: Item, answers: dict[str, Any]) -> dict[str, Any] | None:
    """Answers to the item's guide that lead to its form; None when these lead nowhere."""
    if item.guide is None:
        return {}
    day = clock.today()
    state = item.guide.state(answers, day=day, params=house.context().params(day, item.code))
    if state.ready or state.next is None:
        return answers if state.ready else None
    for option in state.next.options:
        given: Any = [option.value] if state.next.many else option.value
        found = answers_of(item, {**answers, state.next.code: given})
        if found is not None:
            return found
    return None


def _file(draft: str, actor: Actor, code: str) -> str:
    return files.hand_in(
        draft_id=draft, actor=actor, code=code, binding=None, filename="示例扫描件.pdf", data=pdf()
    ).id


def pdf(pages: int = 1) -> bytes:
    """A PDF of blank pages."""
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _stuck(case: Case) -> int:
    effect = Effect.objects.filter(case=str(case.pk)).order_by("id").first()
    assert effect is not None
    Effect.objects.filter(pk=effect.pk).update(state="rejected", last_error="对方拒绝（示例）")
    return effect.pk


def _batch(case: Case) -> str:
    """A batch of the district's reviewer in which the case failed."""
    batch = Batch.objects.create(
        number=BATCH,
        item=case.item,
        step=case.step,
        action="accept",
        title="接收",
        together=False,
        account=REVIEWER.account,
        actor={**asdict(REVIEWER), "items": []},
        words={},
        request_id="matrix",
        created_at=clock.now(),
    )
    line = BatchLine.objects.create(
        batch=batch, case=case, place=1, state="failed", reason="示例原因", seq=case.seq
    )
    return str(line.pk)


def _trial() -> dict[str, str]:
    """A finished policy trial of a parameter, in which a case would have moved."""
    item = drafts_of_policy.assessed_items()[0]
    row = next(r for r in current("parameters").at(clock.today()).rows if r["item"] == item.code)
    made = drafts_of_policy.create(
        title="示例方案", item=item.code, since=date(2026, 1, 1), until=date(2026, 3, 2), by=REGISTRAR
    )
    cells = {**all_specs()["parameters"].texts(row), "title": "示例名称"}
    drafts_of_policy.put(trial_id=made, register="parameters", cells=cells, by=REGISTRAR)
    tally = Tally(changed=1, grades=Counter([("低风险", "中风险")]), before=Counter([("低风险", 88)]))
    tally = replace(tally, after=Counter([("中风险", 78)]))
    Trial.objects.filter(pk=made).update(
        state=DONE,
        total=1,
        done=1,
        summary=tally.as_json(),
        started_at=clock.now(),
        finished_at=clock.now(),
    )
    return {"trial": str(made), "trial_key": row.key}


def _export() -> ExportRun:
    content = b"PK\x03\x04 sheet"
    return ExportRun.objects.create(
        id=uuid.uuid4(),
        account=COLLEAGUE,
        actor={},
        title="办件_20260302",
        query={},
        state="done",
        sm3=house.objects().put(content),
        size=len(content),
        created_at=clock.now(),
        finished_at=clock.now(),
    )
