"""What the registers fill in of an application: the plan, the receiver named, the line of a waste, the carrier chosen."""

from datetime import date

import pytest

from luban.cases import house
from luban.items.hazwaste_transfer_out.form import TransferForm
from luban.items.hazwaste_transfer_out.materials import carrier_of
from luban.kit.clock import clock
from luban.kit.facts import Applicant
from luban.kit.reading import read_form
from luban.links.solid_waste.lookups import Plan, PlanWaste
from luban.registers.carriers import shelf as carriers
from luban.registers.management_plans import offers as plans
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
