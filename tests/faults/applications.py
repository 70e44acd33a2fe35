"""Applications ready to be filed: the written case U-A as a signed draft with its files, under an id that never changes.

A draft is what makes a submission safe to repeat: it is locked, names its case once filed, and answers every further
submission with that case. So the same `n` is always the same draft, whoever asks and however often.
"""

from __future__ import annotations

import copy
import json
import uuid
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from luban.cases import house
from luban.cases.models import Draft, File
from luban.cases.secrets import sealed
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.materials import Slot, expected
from luban.kit.reading import read_form
from luban.people.actor import Actor
from luban.stages.fill.notice import version_of
from luban.stages.fill.paper import digest_of
from luban.stages.fill.recognise import mark_of, stated_of
from luban.stages.fill.typed import applicable
from luban.stages.trial import read_cases
from luban.stages.trial.book import CaseEntry
from luban.trust.digest import sm3

ITEM = "solid_waste_utilisation"
CASES = Path(__file__).parents[2] / "luban" / "items" / ITEM / "tests" / "cases.yaml"
FIRM = Actor("suxin", "示例塑新法人", "applicant", "91310115MA1TL1A06J", "上海示例塑新材料有限公司", "310115")
REVIEWER = Actor(
    "pudong_reviewer", "示例浦东审查甲", "district_reviewer", "310115", "上海市浦东新区生态环境局", "310115"
)
LEADER = Actor(
    "pudong_leader", "示例浦东负责人", "district_leader", "310115", "上海市浦东新区生态环境局", "310115"
)
SHEET = {"source_verdict": "pass", "process_verdict": "pass", "end_verdict": "pass"}
ACTS: tuple[tuple[str, Actor, dict[str, Any]], ...] = (
    ("accept", REVIEWER, {}),
    ("submit_review", REVIEWER, SHEET),
    ("confirm", LEADER, {}),
)
"""What persons do after the submission; `issue` is the worker's."""

_SPACE = uuid.UUID("6f1f5a58-6c0d-4a0e-9d55-0a8d3c1d2b10")


def key_of(n: int, space: uuid.UUID = _SPACE) -> uuid.UUID:
    """The id of the n-th draft."""
    return uuid.uuid5(space, str(n))


@cache
def entry() -> CaseEntry:
    """The written case."""
    return read_cases(CASES)[0]


def ready_draft(n: int, space: uuid.UUID = _SPACE, *, receiver: str = "") -> str:
    """The n-th draft, made if it is not there: filled in, its files stored, signed. Returns its id.

    `receiver`: another credit code for the receiving firm, so that many filings do not fill up one firm's capacity.
    """
    key, item, now = key_of(n, space), registry.get(ITEM), clock.now()
    with transaction.atomic():
        if not Draft.objects.filter(pk=key).exists():
            payload = _stated(receiver)
            form = read_form(item.form, applicable(item.form, payload)).form
            draft = Draft.objects.create(
                id=key,
                item=item.code,
                owner=FIRM.organisation,
                owner_name=FIRM.organisation_name,
                account=FIRM.account,
                payload=sealed(form=item.form, payload=payload, keys=house.keys()),
                sources={"paths": {}, "down": []},
                answers={},
                seal={"mode": "online", "at": now.isoformat(), "by": FIRM.account, "digest": digest_of(form)},
                notice_version=version_of(item),
                notice_opened_at=now,
                notice_read_at=now,
                created_at=now,
                updated_at=now,
            )
            slots = [slot for slot in expected(item.materials, form) if slot.required]
            File.objects.bulk_create(_file(draft, item, form, slot) for slot in slots)
    return str(key)


def _stated(receiver: str) -> dict[str, Any]:
    form = copy.deepcopy(entry().form)
    if not receiver:
        return form
    known = form["receiver"]["receiver_uscc"]
    changed: dict[str, Any] = json.loads(json.dumps(form, default=str).replace(known, receiver))
    return changed


def _file(draft: Draft, item: Item, form: Any, slot: Slot) -> File:
    """A page of text that says what it stands for, in the object store like any material."""
    content = f"演示材料：{slot.title}".encode()
    house.objects().put(content)
    return File(
        draft=draft,
        code=slot.material.code,
        binding=slot.binding,
        seq=1,
        filename=f"{slot.title}.pdf",
        kind="pdf",
        size=len(content),
        pages=1,
        sm3=sm3(content),
        recognised={"stated": mark_of(stated_of(slot.material, form, slot.binding))},
        check_result="pass",
        uploaded_by=FIRM.account,
        uploaded_at=clock.now(),
    )
