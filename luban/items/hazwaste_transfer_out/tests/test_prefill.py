"""What the registers fill in of an application: the plan, the receiver named, the line of a waste, the carrier chosen."""

from datetime import date
from decimal import Decimal

import pytest

from luban.cases import house
from luban.items.hazwaste_transfer_out.form import TransferForm
from luban.items.hazwaste_transfer_out.materials import carrier_of
from luban.kit.clock import clock
from luban.kit.facts import Applicant
from luban.kit.form import missing_values
from luban.kit.reading import read_form
from luban.links.solid_waste.lookups import Plan, PlanWaste
from luban.registers.carriers import shelf as carriers
from luban.registers.management_plans import offers as plans
from luban.registers.transfer_permits import shelf as permits
from luban.registers.transfer_permits.parts import Permit, PermitRow
from luban.stages.fill.offered import complete_offered
from luban.stages.fill.prefill import Filled, Known, fill

pytestmark = pytest.mark.django_db
FIRM, RECEIVER, CARRIER = "91310115MA7K3Q2X8Y", "91330803MA29R4WJ62", "91310114631987K21K"
DAY = date(2026, 7, 1)
WASTE = PlanWaste(code="398-051-22", name="含铜污泥", mode="R4", form="sludge", packaging=("PK06",))
PLAN = Plan(
    plan_no="GLJH-2026-0001",
    generator_uscc=FIRM,
    year=2026,
    status="filed",
    ent_id="E-1",
    facility_adcode="310115",
    facility_address="上海市浦东新区示例路9号",
    rows=(WASTE,),
)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(plans, "management_plans", lambda *, uscc: (PLAN,) if uscc == FIRM else ())
    house.forget()
    with clock.at("2026-07-01T10:00"):
        yield
    house.forget()


def typed(filled, *changed):
    return complete_offered(
        form=TransferForm,
        filled=filled,
        offers=house.prefills(),
        applicant=Applicant(FIRM),
        day=DAY,
        changed=changed,
    )


def test_an_application_starts_from_the_firms_plan():
    ask = house.prefills()["management_plans"].ask
    known = Known({"management_plans": ask(applicant=Applicant(FIRM), day=DAY, given={})})
    generator = fill(form=TransferForm, known=known).payload["generator"]
    assert generator["management_plan_no"] == "GLJH-2026-0001"
    assert (generator["generator_ent_id"], generator["generator_adcode"]) == ("E-1", "310115")


def test_the_receivers_credit_code_brings_the_firm_its_licence_and_the_room_it_has():
    start = Filled({"receiver": {"receiver_uscc": RECEIVER}}, {"receiver.receiver_uscc": "self"})
    found = typed(start, "receiver.receiver_uscc")
    receiver = found.payload["receiver"]
    assert receiver["receiver_name"] == "浙江临溪金属再生有限公司"
    assert (receiver["receiver_province"], receiver["receiver_adcode"]) == ("330000", "330803")
    assert receiver["receiver_licence_no"] == "浙危废经演示第001号"
    assert (receiver["licence_valid_from"], receiver["licence_valid_to"]) == ("2023-05-10", "2028-05-09")
    assert receiver["licence_scope_text"] == "HW22（全部代码），R4，20000吨/年"
    assert (receiver["receiver_capacity_t"], receiver["receiver_used_t"]) == ("20000", "9800")
    assert found.sources["receiver.receiver_name"] == "receivers"
    assert house.prefills()["receivers"].title == "接收单位许可证库"
    assert read_form(TransferForm, found.payload).faults == ()


def test_a_waste_code_brings_what_the_plan_says_of_that_waste_and_leaves_the_quantity_open():
    start = {"generator": {"management_plan_no": "GLJH-2026-0001"}, "waste": {"wastes": [{"waste_code": "398-051-22"}]}}  # fmt: skip
    found = typed(Filled(start, {}), "waste.wastes[0].waste_code")
    (row,) = found.payload["waste"]["wastes"]
    assert (row["waste_name"], row["physical_form"], row["disposal_mode"]) == ("含铜污泥", "sludge", "R4")
    assert row["packaging"] == ["PK06"] and "apply_qty" not in row


def test_a_chosen_carrier_is_named_on_the_row_and_signs_its_pledge():
    carriers.load_demo()
    entry = carriers.by_uscc(uscc=CARRIER)
    start = {"transport": {"carriers": [{"carrier_id": entry.carrier_id}]}}
    found = typed(Filled(start, {}), "transport.carriers[0].carrier_id")
    (row,) = found.payload["transport"]["carriers"]
    assert (row["carrier_name"], row["uscc"], row["rtl_no"]) == (entry.name, CARRIER, entry.rtl_no)
    assert row["rtl_scope"] == list(entry.rtl_scope)
    signatory = carrier_of(read_form(TransferForm, found.payload).form, 1)
    assert (signatory.code, signatory.name) == (CARRIER, entry.name)
    found.payload["transport"]["carriers"][0]["carrier_id"] = "YSDW99999999"
    (gone,) = typed(found, "transport.carriers[0].carrier_id").payload["transport"]["carriers"]
    assert gone["carrier_name"] is None and gone["rtl_scope"] is None


def test_both_counties_bring_the_kilometres_of_the_table_and_stay_as_they_are():
    start = {"generator": {"generator_adcode": "310115"}, "receiver": {"receiver_adcode": "330803"}}
    sources = {"generator.generator_adcode": "previous", "receiver.receiver_adcode": "self"}
    found = typed(Filled(start, sources), "receiver.receiver_adcode")
    assert found.payload["plan"]["route_km"] == "425.0"
    assert (found.sources["plan.route_km"], found.sources["generator.generator_adcode"]) == (
        "distances",
        "previous",
    )
    found.payload["receiver"]["receiver_adcode"] = "620199"
    assert typed(found, "receiver.receiver_adcode").payload["plan"]["route_km"] is None


def _permit(number, receiver, last, **more):
    row = PermitRow(code="398-051-22", mode="R4", approved_t=Decimal(10))
    given = {"permit_no": number, "case_no": number, "generator_uscc": FIRM, "receiver_uscc": receiver}
    first = last.replace(year=last.year - 1)
    permits.keep(permit=Permit(**given, valid_from=first, valid_to=last, rows=(row,), **more), at=clock.now())


def test_a_renewal_names_the_latest_permit_to_its_receiver_and_a_first_application_none():
    _permit("旧许可1", RECEIVER, date(2025, 7, 31))
    start = {"generator": {"apply_kind": "renew"}, "receiver": {}}
    guided = Filled(start, {"generator.apply_kind": "guide"})
    assert typed(guided, "generator.apply_kind").payload["generator"]["renew_from_permit_no"] == "旧许可1"
    _permit("旧许可2", RECEIVER, date(2026, 7, 31))
    _permit("旧许可3", "91330803MA2DLX808C", date(2026, 9, 30))
    _permit("旧许可4", RECEIVER, date(2026, 12, 31), status="revoked")
    assert "renew_from_permit_no" not in typed(guided, "generator.apply_kind").payload["generator"]
    named = Filled({**start, "receiver": {"receiver_uscc": RECEIVER}}, {})
    found = typed(named, "receiver.receiver_uscc")
    assert found.payload["generator"] == {"apply_kind": "renew", "renew_from_permit_no": "旧许可2"}
    first = Filled({"generator": {"apply_kind": "first"}, "receiver": {"receiver_uscc": RECEIVER}}, {})
    assert "renew_from_permit_no" not in typed(first, "receiver.receiver_uscc").payload["generator"]


def test_a_waste_code_brings_the_record_of_its_exemption_and_the_conditions_to_answer():
    user, maker = "91310112MA1GC05Q3B", "91330206MA2AGH61X2"
    start = {"receiver": {"receiver_uscc": user}, "waste": {"wastes": [{"waste_code": "398-007-34"}]}}
    found = complete_offered(
        form=TransferForm,
        filled=Filled(start, {}),
        offers=house.prefills(),
        applicant=Applicant(maker),
        day=DAY,
        changed=["waste.wastes[0].waste_code"],
    )
    (row,) = found.payload["waste"]["wastes"]
    assert row["p2p_no"] == "沪点对点演示第0001号"
    assert [one["condition_key"] for one in row["exemption_conditions"]] == [
        "EX-03.only_corrosive",
        "EX-03.use",
        "generator.accident_free",
    ]
    assert found.sources["waste.wastes[0].exemption_conditions[0].condition"] == "exemptions"
    other = typed(Filled(start, {}), "waste.wastes[0].waste_code")
    assert "p2p_no" not in other.payload["waste"]["wastes"][0]
    assert read_form(TransferForm, found.payload).faults == ()


def test_conditions_are_asked_only_of_who_relies_on_a_general_exemption():
    rows = [{"condition_key": "EX-01.opened", "condition": "封口已打开"}]
    wastes = [{"waste_code": "900-249-08", "exemption_conditions": rows}]
    for kind, asked in (("exempt_general", True), ("exempt_p2p", False), ("licence", False)):
        form = read_form(
            TransferForm, {"receiver": {"qualification_kind": kind}, "waste": {"wastes": wastes}}
        ).form
        path = "waste.wastes[0].exemption_conditions[0].met"
        assert (path in dict(missing_values(form))) is asked
