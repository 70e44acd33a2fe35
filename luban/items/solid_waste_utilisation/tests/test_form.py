"""The form: nothing typed can break it, what may be copied, what must stay secret, what is derived."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luban.cases.facts import resolve
from luban.cases.shipped import dictionaries, shipped_context
from luban.items.solid_waste_utilisation.form import FilingForm
from luban.items.solid_waste_utilisation.item import ITEM, handled_by, headline
from luban.kit.facts import Applicant, SealState
from luban.kit.form import FieldSpec, form_spec
from luban.kit.item import assemble
from luban.kit.materials import Materials, expected
from luban.kit.reading import dump_form, read_form
from luban.kit.rules import run_rules
from luban.registers.licences.memory import MemoryLicences
from luban.stages.trial import read_cases

TODAY = date(2026, 3, 2)
CASES = {entry.name: entry for entry in read_cases(Path(__file__).with_name("cases.yaml"))}
SPEC = form_spec(FilingForm)


def payload(name: str = "底稿") -> dict[str, Any]:
    """The form of a case."""
    return copy.deepcopy(CASES[name].form)


def facts_for(form: FilingForm, *, day: date = TODAY, **more: Any) -> Any:
    """Facts from the shipped registers."""
    context = replace(shipped_context(today=day), providers=MemoryLicences().providers())
    materials = Materials(expected(ITEM.materials, form))
    applicant = Applicant(form.generator.generator_uscc or "")
    return resolve(
        item=ITEM,
        form=form,
        context=context,
        day=day,
        applicant=applicant,
        materials=materials,
        seal=SealState("online", signed=True),
        **more,
    )


def fields() -> dict[str, FieldSpec]:
    """Every field by name, rows included."""
    found: dict[str, FieldSpec] = {}

    def collect(specs: tuple[FieldSpec, ...]) -> None:
        for spec in specs:
            found[spec.name] = spec
            collect(spec.rows)

    for section in SPEC.sections:
        collect(section.fields)
    return found


def test_item_fits_together_and_its_process_has_no_fault() -> None:
    context = shipped_context(today=TODAY)
    assemble(ITEM, laws=context.laws, parameters=context.parameters, dictionaries=dictionaries())
    assert ITEM.process.faults() == []


def test_sections_are_those_of_the_chain_in_order() -> None:
    assert [s.meta.key for s in SPEC.sections] == [f"s{n}" for n in range(1, 10)]
    assert tuple((s.name, s.meta.key) for s in SPEC.sections) == ITEM.evidence.sections  # type: ignore[union-attr]


def test_reorder_leaves_out_quantities_contracts_terms_and_pledges() -> None:
    """2B.4: 再来一单 copies neither attachments nor these."""
    never = {
        "planned_qty_t",
        "identification_report_no",
        "current_stock_t",
        "receiver_committed_t",
        "filing_year",
        "agent_id_no",
        "transport_contract_no",
        "transport_contract_start",
        "transport_contract_end",
        "no_secondary_transfer",
        "storage_protected",
    }
    never |= {f.name for s in ("contract", "pledge") for f in SPEC.section(s).fields}
    kept = {name for name, spec in fields().items() if spec.meta.reorder}
    assert not never & kept
    assert {"waste_code", "common_name", "receiver_uscc", "carrier_licence_valid_to", "leg_mode"} <= kept


def test_phones_and_identity_numbers_are_secret() -> None:
    secret = {name for name, spec in fields().items() if spec.meta.secret}
    assert secret == {
        "generator_contact_mobile",
        "agent_id_no",
        "agent_mobile",
        "receiver_contact_mobile",
        "carrier_contact_mobile",
    }


def test_derived_values_fill_themselves() -> None:
    form = read_form(FilingForm, payload("水运底稿")).form
    assert form.source.origin_province_code == "310000"
    assert form.source.origin_city_code == "310100"
    assert [row.seq for row in form.transport.carriers] == [1, 2]
    assert [leg.leg_seq for leg in form.route.legs] == [1, 2, 3]
    row = form.waste.wastes[0]
    assert (row.category_code, row.major_class) == ("SW03", "industrial")
    assert str(form.waste.total_qty_t) == "8000.000"


def test_registers_name_the_waste_the_address_and_what_capacity_is_left() -> None:
    form = read_form(FilingForm, payload()).form
    form.complete(facts_for(form))
    assert form.waste.wastes[0].waste_name == "废塑料"
    assert form.source.origin_full == "上海市浦东新区示例镇示例路1号"
    assert form.receiver.facilities[0].facility_full == "江苏省苏州市昆山市示例镇示例路18号"
    assert str(form.receiver.receiver_remaining_t) == "5000.000"


def test_a_stored_form_reads_back_the_same() -> None:
    form = read_form(FilingForm, payload("水运底稿")).form
    again = read_form(FilingForm, dump_form(form))
    assert again.faults == ()
    assert dump_form(again.form) == dump_form(form)


def test_on_correction_the_term_is_measured_from_the_first_submission() -> None:
    form = read_form(FilingForm, payload()).form
    late = date(2026, 4, 1)
    fresh = {f.rule for f in run_rules(ITEM.rules, form, facts_for(form, day=late), late)}
    corrected = {
        f.rule for f in run_rules(ITEM.rules, form, facts_for(form, day=late, submitted_on=TODAY), late)
    }
    assert "SWC-15" in fresh
    assert "SWC-15" not in corrected


def test_special_areas_bureau_goes_first() -> None:
    form = read_form(FilingForm, {"source": {"special_area": "lingang", "origin_county_code": "310115"}}).form
    assert handled_by(form) == ("SP-LINGANG", "310115")
    assert handled_by(read_form(FilingForm, {}).form) == ("310000",)


def test_headline_says_what_how_much_to_whom() -> None:
    assert (
        headline(read_form(FilingForm, payload()).form)
        == "废塑料边角料 120.000 吨 → 昆山示例再生塑料有限公司"
    )
    assert "未填" in headline(read_form(FilingForm, {}).form)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("generator.generator_permit_no", "123", "22 位"),
        ("receiver.receiver_contact_mobile", "12345", "手机号"),
        ("contract.start_date", "2026-02-30", "日期"),
        ("source.annual_generation_t", "一百", "数字"),
        ("source.annual_generation_t", "1.2345", "3 位小数"),
    ],
)
def test_unreadable_values_are_named_where_they_stand(path: str, value: str, words: str) -> None:
    section, name = path.split(".")
    reading = read_form(FilingForm, {section: {name: value}})
    assert [(f.path, words in f.message) for f in reading.faults] == [(path, True)]


NAMES = sorted({s.name for s in SPEC.sections} | set(fields()))
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.dates().map(str)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=25,
)
SECTIONS = st.fixed_dictionaries(
    {},
    optional={
        s.name: st.dictionaries(st.sampled_from([f.name for f in s.fields]), JSON, max_size=5)
        for s in SPEC.sections
    },
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SECTIONS | st.dictionaries(st.sampled_from(NAMES), JSON, max_size=5))
def test_nothing_typed_breaks_the_form_or_its_rules(typed: dict[str, Any]) -> None:
    form = read_form(FilingForm, typed).form
    for finding in run_rules(ITEM.rules, form, facts_for(form), TODAY):
        assert finding.message.endswith("。")
