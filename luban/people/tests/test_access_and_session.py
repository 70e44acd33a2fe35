"""What a visitor is answered: by face, role, scope and state of the session; and what recognising one costs."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from luban.kit.clock import clock
from luban.people import demo
from luban.people.access import access, require_sight, routes
from luban.people.models import Account, Organisation
from luban.people.requests import ActorRequest
from luban.people.roles import FIRM_ROLES, OFFICIAL_ROLES, PUBLIC
from tests.rows import rewrite

pytestmark = pytest.mark.django_db


@access(face="portal", roles=FIRM_ROLES, scope="own_firm")
def firm_case(request: ActorRequest, applicant: str) -> HttpResponse:
    require_sight(request.actor, applicant=applicant, handling_org="310115", item="solid_waste_utilisation")
    return HttpResponse("the case")


@access(face="office", roles=OFFICIAL_ROLES)
def office_case(request: ActorRequest, bureau: str) -> HttpResponse:
    require_sight(request.actor, applicant="91310115MA1TL1A06J", handling_org=bureau)
    return HttpResponse(request.actor.role)


@access(face="office", right="register.edit", scope="own_office")
def registers(request: ActorRequest) -> HttpResponse:
    return HttpResponse("registers")


@access(face="public", roles=PUBLIC, scope="open")
def verify(request: ActorRequest) -> HttpResponse:
    return HttpResponse(request.actor.role)


def forgotten(request: ActorRequest) -> HttpResponse:
    return HttpResponse("nobody declared me")


urlpatterns = [
    path("", include("luban.faces.signin.urls")),
    path("case/<applicant>/", firm_case),
    path("office/case/<bureau>/", office_case),
    path("office/registers/", registers),
    path("v/1/", verify),
    path("forgotten/", forgotten),
]
handler403 = "config.errors.permission_denied"

SUXIN, REDIAN = "/case/91310115MA1TL1A06J/", "/case/91310113MA1TL2B13A/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def house(settings, db):
    settings.ROOT_URLCONF = __name__
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.LUBAN_DEMO = True
    demo.load()


def signed_in(username: str) -> Client:
    client = Client()
    account = Account.objects.get(username=username)
    door = "/signin/" if account.kind == "enterprise" else "/office/signin/"
    answer = client.post(door, {"username": username, "password": demo.demo_password()})
    assert answer.status_code == 302
    return client


def test_loading_the_demo_again_changes_nothing():
    before = list(Account.objects.values_list("username", "password"))
    demo.load()
    assert list(Account.objects.values_list("username", "password")) == before
    assert len(before) == len(demo.accounts())
    assert Organisation.objects.filter(kind="district_bureau", enabled=True).count() == 16


def test_a_firm_sees_its_case_and_finds_nothing_where_a_foreign_one_is():
    client = signed_in("suxin")
    assert client.get(SUXIN).content == b"the case"
    assert client.get(REDIAN).status_code == 404


def test_a_firm_finds_nothing_on_the_officials_side():
    assert signed_in("suxin").get("/office/case/310115/").status_code == 404


def test_an_agent_opens_the_items_he_is_authorised_for():
    client = signed_in("suxin_agent")
    assert client.get(SUXIN).status_code == 200
    rewrite(Account.objects.filter(username="suxin_agent"), items=[])
    assert client.get(SUXIN).status_code == 404


def test_an_official_is_told_that_he_may_not():
    client = signed_in("pudong_reviewer")
    assert client.get("/office/case/310115/").status_code == 200
    foreign = client.get("/office/case/310113/")
    assert foreign.status_code == 403
    assert client.get("/office/registers/").status_code == 403
    assert client.get(SUXIN).status_code == 403


def test_the_public_page_is_open_to_everyone():
    assert Client().get("/v/1/").content == b"public"
    assert signed_in("suxin").get("/v/1/").content == b"applicant"


def test_a_page_asks_to_sign_in_and_comes_back():
    answer = Client().get("/office/case/310115/?tab=2")
    assert answer.status_code == 302
    assert answer["Location"] == "/office/signin/?next=%2Foffice%2Fcase%2F310115%2F%3Ftab%3D2"


def idle(client: Client) -> None:
    """Let half an hour and a minute pass for this client."""
    session = client.session
    session["luban_seen"] = (clock.now() - timedelta(minutes=31)).timestamp()
    session.save()


def test_an_idle_session_ends_and_a_page_leads_to_sign_in():
    client = signed_in("suxin")
    idle(client)
    answer = client.get(SUXIN)
    assert answer["Location"].startswith("/signin/?next=%2Fcase%2F")
    assert client.get(SUXIN).status_code == 302


def test_an_idle_session_tells_a_script_401_and_where_to_sign_in():
    client = signed_in("suxin")
    idle(client)
    answer = client.post(SUXIN, {"draft": "typed"}, headers=HTMX)
    assert answer.status_code == 401
    assert answer["X-Lb-Signin"] == "/signin/?next=%2Fsignin%2Fdone%2F"
    assert "本页内容还在" in answer.json()["message"]


def test_an_idle_session_tells_a_plain_form_how_to_keep_what_was_typed():
    client = signed_in("pudong_reviewer")
    idle(client)
    answer = client.post("/office/case/310115/", {"opinion": "typed"})
    assert answer.status_code == 401
    assert "后退" in answer.content.decode()
    assert "/office/signin/" in answer.content.decode()


def test_working_on_keeps_the_session():
    client = signed_in("suxin")
    start = clock.now()
    for minutes in (20, 40, 60):
        with clock.at(start + timedelta(minutes=minutes)):
            assert client.get(SUXIN).status_code == 200


def test_a_disabled_account_is_out_at_once():
    client = signed_in("suxin")
    rewrite(Account.objects.filter(username="suxin"), enabled=False)
    assert client.get(SUXIN).status_code == 302


def test_a_disabled_organisation_is_out_at_once():
    client = signed_in("pudong_reviewer")
    Organisation.objects.filter(code="310115").update(enabled=False)
    assert client.get("/office/case/310115/").status_code == 302


def test_recognising_a_visitor_costs_two_queries_and_none_without_a_cookie(django_assert_num_queries):
    client = signed_in("city_reviewer")
    with django_assert_num_queries(2):
        assert client.get("/office/case/310115/").content == b"city_reviewer"
    with django_assert_num_queries(0):
        Client().get("/v/1/")


def test_an_official_of_a_division_acts_for_the_bureau():
    client = signed_in("city_reviewer")
    actor = client.get("/v/1/").wsgi_request.actor  # type: ignore[attr-defined]
    assert (actor.organisation, actor.division, actor.organisation_name) == (
        "310000",
        "310000-SW",
        "上海市生态环境局",
    )


def test_one_role_is_active_at_a_time_and_can_be_switched():
    rewrite(Account.objects.filter(username="pudong_reviewer"), roles=["district_reviewer", "register_admin"])
    client = signed_in("pudong_reviewer")
    refused = client.get("/office/registers/")
    assert refused.status_code == 403
    assert "请先切换角色" in refused.content.decode()
    client.post("/signin/role/", {"role": "register_admin", "next": "/office/registers/"})
    assert client.get("/office/registers/").content == b"registers"
    client.post("/signin/role/", {"role": "city_leader"})
    assert client.get("/office/case/310115/").content == b"register_admin"


def test_a_url_without_a_declaration_is_found():
    undeclared = [route.path for route in routes() if route.access is None]
    assert undeclared == ["forgotten/"]


@pytest.mark.parametrize(
    "declaration",
    [
        {"face": "offfice", "roles": {"city_window"}},
        {"face": "office", "roles": {"city_window"}, "scope": "everywhere"},
        {"face": "office", "roles": {"city_window"}, "scope": "own_district"},
        {"face": "office", "roles": set()},
        {"face": "office", "roles": {"city_window"}, "scope": "application"},
    ],
)
def test_a_senseless_declaration_fails_when_it_is_made(declaration):
    with pytest.raises(ValueError, match=r"unknown|needed|cover"):
        access(**declaration)
