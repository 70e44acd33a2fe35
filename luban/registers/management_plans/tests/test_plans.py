"""Plans come from the city's waste system; while it is out the last copy answers and says of which day it is."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from luban.kit.clock import clock
from luban.kit.facts import Applicant
from luban.links.outcomes import Rejected, Unavailable
from luban.links.solid_waste.lookups import Plan, PlanWaste
from luban.registers.management_plans import offers, prefill, shelf
from luban.registers.management_plans.memory import MEMORY
from luban.registers.management_plans.models import PlanCopy
from luban.registers.management_plans.offers import COMMANDS, PREFILL, PROVIDERS
from luban.registers.management_plans.parts import ManagementPlan, PlanRow

FIRM, OTHER = "91310115MA7K3Q2X8Y", "91310116MA1GT58L82"
WASTE = PlanWaste(
    code="398-051-22",
    name="含铜污泥",
    annual_generation_t=Decimal("150.0000"),
    planned_offsite_t=Decimal("130.0000"),
    carriers=("91310114631987K21K",),
    mode="R4",
    form="sludge",
    packaging=("PK06",),
    storage_qty_t=Decimal("9.5000"),
)
FILED = Plan(
    plan_no="GLJH-2026-0001",
    generator_uscc=FIRM,
    year=2026,
    filed_on=date(2026, 1, 10),
    ent_id="DEMO-ENT-115-0001",
    facility_adcode="310115",
    rows=(WASTE,),
)


class System:
    """The city's waste system as these tests see it."""

    def __init__(self):
        self.plans, self.out, self.asked = (FILED,), None, 0

    def __call__(self, *, uscc):
        self.asked += 1
        if self.out:
            raise self.out
        return tuple(plan for plan in self.plans if plan.generator_uscc == uscc)


@pytest.fixture
def system(monkeypatch):
    found = System()
    monkeypatch.setattr(offers, "management_plans", found)
    return found


def ask(plan_no="GLJH-2026-0001", firm=FIRM):
    return PROVIDERS["management_plans.of"](
        day=clock.today(), applicant=Applicant(firm), number="", plan_no=plan_no
    )


def of_firm(firm=FIRM):
    return PROVIDERS["management_plans.of_firm"](day=clock.today(), applicant=Applicant(firm), number="")


@pytest.mark.django_db
def test_a_plan_is_fetched_once_and_then_read_from_its_copy(system):
    with clock.at("2026-07-01T10:00:00+08:00"):
        plan = ask()
        assert (plan.year, plan.fetched_on, plan.row("398-051-22").planned_offsite_t) == (
            2026,
            date(2026, 7, 1),
            Decimal("130.0000"),
        )
        assert plan.rows[0].carriers == ("91310114631987K21K",) and plan.filed_on == date(2026, 1, 10)
        assert ask(" GLJH-2026-0001 ") == plan and of_firm() == (plan,)
        assert system.asked == 1
    with clock.at("2026-07-01T10:16:00+08:00"):
        ask()
    assert system.asked == 2


@pytest.mark.django_db
@pytest.mark.parametrize("out", [Unavailable("停机"), Rejected("E900", "拒绝")])
def test_while_the_system_is_out_the_last_copy_answers_with_its_day(system, out):
    with clock.at("2026-07-01T23:30:00+08:00"):
        ask()
    system.out = out
    with clock.at("2026-07-09T10:00:00+08:00"):
        assert ask().fetched_on == date(2026, 7, 1)
        assert ask(firm=OTHER) is None


@pytest.mark.django_db
def test_a_changed_plan_replaces_its_copy_and_one_withdrawn_goes(system):
    with clock.at("2026-07-01T10:00:00+08:00"):
        ask()
    changed = WASTE.model_copy(update={"carriers": ("91310114631987K21K", "91330803MA2DLX808C")})
    system.plans = (FILED.model_copy(update={"rows": (changed,)}),)
    with clock.at("2026-07-02T10:00:00+08:00"):
        assert len(ask().rows[0].carriers) == 2
    system.plans = ()
    with clock.at("2026-07-03T10:00:00+08:00"):
        assert ask() is None and of_firm() == ()
    assert PlanCopy.objects.count() == 0


@pytest.mark.django_db
def test_another_firms_plan_is_not_found_and_a_blank_number_asks_nobody(system):
    assert ask(firm=OTHER) is None
    asked = system.asked
    assert ask(plan_no=None) is None and ask(plan_no="") is None
    assert PROVIDERS["management_plans.of_firm"](day=clock.today(), applicant=Applicant(""), number="") == ()
    assert system.asked == asked


@pytest.mark.django_db
def test_an_older_answer_never_replaces_a_newer_one():
    now = clock.now()
    plan = ManagementPlan(plan_no="A", generator_uscc=FIRM, year=2026)
    shelf.keep(uscc=FIRM, plans=(plan,), at=now)
    shelf.keep(uscc=FIRM, plans=(), at=now - timedelta(hours=1))
    assert [one.plan_no for one in shelf.of_firm(uscc=FIRM)] == ["A"]


@pytest.mark.django_db
def test_a_form_starts_from_the_plan_of_the_year_and_from_nothing_while_there_is_none(system):
    with clock.at("2026-07-01T10:00:00+08:00"):
        ask, day = PREFILL["management_plans"].ask, date(2026, 7, 1)
        firm = Applicant(FIRM)
        found = ask(applicant=firm, day=day, given={})
        assert (found["plan_no"], found["wastes"][0]["waste_code"]) == ("GLJH-2026-0001", "398-051-22")
        assert ask(applicant=firm, day=day, given={"plan_no": "GLJH-2026-0001"}) == found
        row = ask(applicant=firm, day=day, given={"plan_no": "GLJH-2026-0001", "code": "398-051-22"})
        assert row["code"] == "398-051-22" and row.keys() > found.keys()
        assert ask(applicant=firm, day=day, given={"plan_no": "别人的"}) == {}
        assert ask(applicant=Applicant(OTHER), day=day, given={}) == {}


def test_a_plan_fills_in_the_firm_and_a_row_for_each_waste():
    row = PlanRow(code="398-051-22", name="含铜污泥", mode="R4", form="sludge", packaging=("PK06",), storage_qty_t=Decimal("9.5"))  # fmt: skip
    plan = ManagementPlan(plan_no="A", generator_uscc=FIRM, year=2026, ent_id="E", facility_adcode="310115", rows=(row,))  # fmt: skip
    found = prefill.values(plan=plan)
    assert (found["plan_no"], found["ent_id"], found["facility_adcode"]) == ("A", "E", "310115")
    assert "facility_address" not in found
    assert found["wastes"] == [
        {
            "waste_name": "含铜污泥",
            "waste_code": "398-051-22",
            "hw_category": "HW22",
            "physical_form": "sludge",
            "disposal_mode": "R4",
            "packaging": ["PK06"],
            "storage_qty_t": "9.5",
        }
    ]
    assert prefill.values(plan=None) == {}


def test_an_application_starts_from_the_plan_of_its_year_or_the_latest_before():
    plans = [ManagementPlan(plan_no=str(year), generator_uscc=FIRM, year=year) for year in (2025, 2026, 2027)]
    assert prefill.plan_for(plans=plans, year=2026).plan_no == "2026"
    assert prefill.plan_for(plans=plans[:1], year=2026).plan_no == "2025"
    assert prefill.plan_for(plans=plans[2:], year=2026) is None


def test_a_case_file_gives_plans_and_misspelt_ones_are_named():
    row = {"plan_no": "A", "generator_uscc": FIRM, "year": 2026, "rows": [{"code": "398-051-22", "planned_offsite_t": "1.5"}]}  # fmt: skip
    register = MEMORY([row])
    keys = {"day": date(2026, 7, 1), "applicant": Applicant(FIRM), "number": ""}
    plan = register.providers()["management_plans.of"](**keys, plan_no="A")
    assert plan.row("398-051-22").planned_offsite_t == Decimal("1.5")
    assert register.providers()["management_plans.of_firm"](**keys) == (plan,)
    assert set(register.providers()) == set(PROVIDERS) and register.commands() == COMMANDS
    with pytest.raises(ValueError, match="unknown waste"):
        MEMORY([{**row, "rows": [{"waste": "398-051-22"}]}])
    with pytest.raises(ValueError, match="year"):
        MEMORY([{**row, "year": "soon"}])
