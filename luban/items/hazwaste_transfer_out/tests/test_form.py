"""The form: what is derived, what is secret, what a new application may copy, what nothing typed can break."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luban.items.hazwaste_transfer_out.derive import tonnes
from luban.items.hazwaste_transfer_out.facts import TransferFacts
from luban.items.hazwaste_transfer_out.form import TransferForm
from luban.items.hazwaste_transfer_out.term import approval_end, in_months
from luban.items.hazwaste_transfer_out.tests.applications import (
    CARRIER,
    CARRIER_NAME,
    carrier,
    facts_for,
    form_of,
    payload,
    put,
)
from luban.kit.facts import needs_of
from luban.kit.form import FieldSpec, form_spec
from luban.kit.reading import dump_form, read_form
from luban.registers.book.shipped import shipped

SPEC = form_spec(TransferForm)


def fields() -> dict[str, FieldSpec]:
    """Every field by its path, rows included."""
    found: dict[str, FieldSpec] = {}

    def collect(specs: tuple[FieldSpec, ...], prefix: str) -> None:
        for spec in specs:
            found[f"{prefix}.{spec.name}"] = spec
            collect(spec.rows, f"{prefix}.{spec.name}")

    for section in SPEC.sections:
        collect(section.fields, section.name)
    return found


def test_the_written_application_is_read_without_a_fault() -> None:
    reading = read_form(TransferForm, payload())
    assert reading.faults == ()
    assert reading.unknown == ()
    again = read_form(TransferForm, dump_form(reading.form))
    assert again.form == reading.form


def test_sections_are_those_of_the_brief() -> None:
    assert [s.name for s in SPEC.sections] == [
        "generator",
        "receiver",
        "waste",
        "plan",
        "transport",
        "contract",
        "pledge",
    ]


def test_phones_persons_and_the_price_are_secret() -> None:
    assert {path for path, spec in fields().items() if spec.meta.secret} == {
        "generator.generator_legal_person",
        "generator.generator_contact",
        "generator.generator_phone",
        "generator.generator_emergency_phone",
        "generator.agent_phone",
        "receiver.receiver_contact",
        "receiver.receiver_phone",
        "waste.wastes.unit_price",
        "transport.carriers.contact",
        "transport.carriers.phone",
    }


def test_a_new_application_copies_no_days_quantities_contracts_and_pledges() -> None:
    found = fields()
    days = {path for path, spec in found.items() if spec.kind.name == "day" and not spec.meta.derived}
    never = days | {
        "waste.wastes.apply_qty",
        "waste.wastes.storage_qty_t",
        "waste.wastes.package_count",
        "waste.wastes.transfer_batches",
        "receiver.receiver_used_t",
        "receiver.receiver_committed_t",
        "generator.management_plan_no",
        "generator.renew_from_permit_no",
        "transport.carriers.contract_no",
        *(
            f"{s}.{f.name}"
            for s in ("contract", "pledge")
            for f in SPEC.section(s).fields
            if not f.meta.derived
        ),
    }
    assert {path for path in never if found[path].meta.reorder} == set()
    assert found["waste.wastes.waste_code"].meta.reorder
    assert found["receiver.receiver_uscc"].meta.reorder
    assert found["transport.carriers.carrier_id"].meta.reorder


def test_dictionaries_and_books_named_by_the_form_ship() -> None:
    terms = {row["dictionary"] for row in shipped("dictionary").rows}
    for path, spec in fields().items():
        assert not spec.meta.dictionary or spec.meta.dictionary in terms, path


@pytest.mark.parametrize("need", [n for n in needs_of(TransferFacts).values() if n.keys])
def test_facts_are_asked_for_with_paths_of_the_form(need) -> None:
    for path in need.keys.values():
        SPEC.find(path)


@pytest.mark.parametrize(
    ("qty", "unit", "weight", "is_"),
    [
        ("300", "t", None, "300.0000"),
        ("1234.5678", "kg", None, "1.2346"),
        ("0.05", "kg", None, "0.0001"),
        ("0.04", "kg", None, "0.0000"),
        ("1000", "pcs", "18.5", "18.5000"),
        ("1000", "pcs", None, None),
        ("1", None, None, None),
        (None, "t", None, None),
    ],
)
def test_quantities_are_tonnes_rounded_half_up(qty, unit, weight, is_) -> None:
    found = tonnes(
        qty=None if qty is None else Decimal(qty),
        unit=unit,
        unit_weight_kg=None if weight is None else Decimal(weight),
    )
    assert (None if found is None else str(found)) == is_


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        (date(2026, 8, 1), date(2027, 7, 31), "11个月又31天"),
        (date(2026, 8, 10), date(2027, 2, 9), "5个月又31天"),
        (date(2026, 8, 1), date(2026, 8, 1), "1天"),
        (date(2026, 8, 31), date(2026, 9, 30), "1个月又1天"),
        (date(2026, 8, 2), date(2026, 8, 1), None),
        (None, date(2026, 8, 1), None),
    ],
)
def test_the_term_is_written_in_months_and_days(start, end, says) -> None:
    assert in_months(start=start, end=end) == says


def test_more_than_four_decimal_places_cannot_be_typed() -> None:
    reading = read_form(TransferForm, put(payload(), {"waste.wastes.0.apply_qty": "1.00005"}))
    assert [(f.path, f.message) for f in reading.faults] == [
        ("waste.wastes[0].apply_qty", "最多保留 4 位小数。")
    ]


def test_derived_values_fill_themselves() -> None:
    form = form_of({"waste.wastes.1.waste_code": "900-000-41"})
    assert [row.hw_category for row in form.waste.wastes] == ["HW22", "HW41"]
    assert str(form.plan.total_t) == "420.0000"
    assert form.plan.plan_months == "11个月又31天"
    assert form.generator.agent_is_legal_person is True
    assert form.generator.apply_kind == "first"
    assert form.contract.contract_parties == "上海拾穗微电子有限公司、浙江临溪金属再生有限公司"


def test_registers_name_hazards_distance_carrier_and_whitelist() -> None:
    form = form_of()
    form.complete(facts_for(form))
    assert form.waste.wastes[0].catalogue_hazards == "T"
    assert (str(form.plan.system_km), form.plan.system_km_kind) == ("425.0", "table")
    assert form.receiver.whitelist_declared is True
    assert form.receiver.receiver_used_source == "synced"
    row = form.transport.carriers[0]
    assert (row.carrier_name, row.uscc, row.rtl_scope) == (
        CARRIER_NAME,
        "91310114631987K21K",
        ["6.1", "8", "HW"],
    )
    assert [v.emission_stage for v in row.vehicles] == ["CN6A", "CN6A", "CN6A", "NA"]
    assert (row.eligibility_level, row.eligibility_reasons) == ("OK", None)


def test_what_was_typed_of_a_carrier_gives_way_to_the_library() -> None:
    typed = put(
        payload(), {"transport.carriers.0.rtl_no": "自填", "transport.carriers.0.carrier_name": "自填"}
    )
    form = read_form(TransferForm, typed).form
    form.complete(facts_for(form))
    assert form.transport.carriers[0].carrier_name == CARRIER_NAME
    form.complete(facts_for(form, carriers={}))
    assert form.transport.carriers[0].carrier_name is None
    assert form.transport.carriers[0].eligibility_level is None


def test_the_snapshot_says_what_speaks_against_a_carrier() -> None:
    form = form_of()
    form.complete(facts_for(form, carriers={CARRIER: carrier(rtl_to=date(2027, 7, 30))}))
    row = form.transport.carriers[0]
    assert row.eligibility_level == "REMIND"
    assert "2027-07-30" in (row.eligibility_reasons or "")


def test_an_identified_waste_has_no_hazards_printed() -> None:
    form = form_of({"waste.wastes.0.waste_code": "900-000-22"})
    form.complete(facts_for(form))
    assert form.waste.wastes[0].catalogue_hazards is None


def test_choices_keep_their_letters() -> None:
    form = form_of({"waste.wastes.0.declared_hazards": "T、In", "plan.transport_mode": "road;rail"})
    assert form.waste.wastes[0].declared_hazards == ["T", "In"]
    assert form.plan.transport_mode == ["road", "rail"]


def test_without_the_table_the_distance_is_estimated_and_by_water_there_is_none() -> None:
    apart = {
        "receiver.receiver_adcode": "330411",
        "receiver.receiver_lng": "120.7",
        "receiver.receiver_lat": "30.7",
    }
    form = form_of(apart)
    form.complete(facts_for(form))
    assert form.plan.system_km_kind == "estimated"
    form = form_of({**apart, "plan.transport_mode": ["ship"]})
    form.complete(facts_for(form))
    assert form.plan.system_km is None


def test_the_last_day_that_could_be_approved_is_the_earliest_of_all() -> None:
    form = form_of({"receiver.licence_valid_to": "2027-01-01"})
    assert approval_end(form, facts_for(form)) == date(2027, 1, 1)
    form = form_of({"plan.plan_end": "2028-01-01"})
    assert approval_end(form, facts_for(form)) == date(2027, 7, 31)
    assert approval_end(form_of({"plan.plan_start": None}), facts_for(form)) is None


PATHS = [path.replace("wastes.", "wastes.0.").replace("carriers.", "carriers.0.") for path in fields()]
PATHS = [path for path in PATHS if "vehicles." not in path]


@settings(max_examples=150, deadline=None)
@given(
    path=st.sampled_from(PATHS),
    value=st.one_of(st.none(), st.text(max_size=20), st.integers(), st.booleans()),
)
def test_nothing_typed_breaks_reading_and_the_registers_answer(path, value) -> None:
    form = read_form(TransferForm, put(payload(), {path: value})).form
    form.complete(facts_for(form))
