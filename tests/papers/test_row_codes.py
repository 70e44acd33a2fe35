"""Every sealed table: a touched row is named by `luban verify`, refused where a case is read, and sounds the alarm."""

from __future__ import annotations

import argparse
from typing import Any

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, models, transaction
from django.test import Client

from config import alarms
from config.commands import verify as verify_command
from luban.cases import house
from luban.cases.models import Case, CaseVersion, Document
from luban.cases.secrets import EVERYWHERE
from luban.kit.clock import clock
from luban.ledger.models import Snapshot
from luban.ledger.snapshots import of_record
from luban.people import demo
from luban.people.actor import Actor
from luban.people.genuine import RowTouched, SealedRow
from luban.people.models import Account, AuditEntry
from luban.people.resealing import seal_all
from luban.people.trail import audit
from luban.people.trail_seals import seal_new, unsealed
from luban.registers.licences import shelf
from luban.registers.licences.models import Licence
from luban.stages.integrity.check import check_all, check_quick
from luban.stages.integrity.fault import Fault
from luban.stages.integrity.part import Part
from luban.stages.integrity.rekey import left, renew_some
from luban.stages.integrity.row_codes import TABLES, Table
from luban.trust import ring
from luban.trust.digest import sm3
from luban.trust.envelope import blind_indexes, is_hidden
from luban.trust.keys import KeyMissing, SoftwareKeys
from tests.papers.test_untouched import FILING, played
from tests.papers.walk import SealService

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day", "own_keys")]


@pytest.fixture
def own_keys(tmp_path: Any, settings: Any) -> Any:
    """Keys of this test's own, so that a rotation or a loss stays here."""
    before, settings.LUBAN_VAR = list(ring._makers), tmp_path
    ring.use(lambda: SoftwareKeys(tmp_path / "keys"))
    house.objects.cache_clear()
    yield tmp_path / "keys"
    ring.use(before[0])
    house.objects.cache_clear()


@pytest.fixture
def filed(seal_service: SealService) -> str:
    """A filing in force, accounts, an edit of a register and some lines of the trail."""
    demo.load()
    editor = Actor("admin1", "甲", "register_admin", "310000", "市局", "310000")
    case = played(FILING, "2026-03-10T10:00")
    for n in range(3):
        audit(actor=editor, action="secret.unmask", target=f"case:{n}", detail={"reason": f"核对{n}"})
    return case


def by_hand(sql: str, *values: object) -> None:
    """What an intruder with the database's own rights would do."""
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(sql, values)
        assert cursor.rowcount > 0
        cursor.execute("set local session_replication_role = origin")


def faults() -> list[tuple[str, str, str]]:
    return [(f.table, f.row, f.problem) for f in check_all(rows_only=True).faults]


def test_every_column_is_covered_or_said_not_to_be() -> None:
    for model in apps.get_models():
        if not issubclass(model, SealedRow):
            continue
        covered = [column for group in model.SEALED for column in group]
        columns = (
            {f.attname for f in model._meta.concrete_fields}
            - {"mac", "id"}
            - set(getattr(model, "UNSEALED", ()))
        )
        assert len(covered) == len(set(covered))
        assert columns <= set(covered), f"{model.__name__}: add a group to SEALED (docs/adr/0018)"


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("cases_case", "applicant_name", "另一家公司"),
        ("cases_case", "due_on", "2030-01-01"),
        ("cases_caseversion", "rules_version", "9"),
        ("cases_caseversion", "sources", '{"x": 1}'),
        ("licences_licence", "holder_name", "另一家公司"),
        ("people_account", "roles", '["city_leader"]'),
        ("people_auditentry", "object", "case:其他"),
    ],
)
def test_a_touched_column_is_named(filed: str, table: str, column: str, value: str) -> None:
    assert faults() == []
    by_hand(f"update {table} set {column} = %s where ctid = (select ctid from {table} limit 1)", value)  # noqa: S608
    ((found, row, problem),) = faults()
    assert (found, bool(row)) == (table, True)
    assert problem.endswith(f"被改动过的列：{column}")


def some_row(model: type[SealedRow]) -> None:
    """A row of a sealed table, made up of whatever its columns take, when there is none."""
    if model._base_manager.exists():
        return
    made: dict[type[models.Field[Any, Any]], Any] = {
        models.JSONField: ["甲"],
        models.DateField: clock.today(),
        models.DateTimeField: clock.now(),
        models.BooleanField: False,
    }
    needed = (
        f
        for f in model._meta.concrete_fields
        if not (f.null or isinstance(f, models.AutoField) or f.name == "mac")
    )
    values: dict[str, Any] = {}
    for field in needed:
        if field.is_relation:
            some_row(field.related_model)
            values[field.name] = field.related_model._base_manager.first()
        elif isinstance(field, models.CharField | models.TextField):
            values[field.name] = field.name[: field.max_length]
        else:
            values[field.name] = made.get(type(field), 1)
    model(**values).save(force_insert=True)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.title)
def test_one_letter_in_any_sealed_table_is_found_and_named(filed: str, table: Table) -> None:
    some_row(table.model)
    name = table.model._meta.db_table
    sealed = [table.model._meta.get_field(column) for group in table.model.SEALED for column in group]
    kinds = (models.CharField, models.TextField, models.JSONField)
    field = next(f for f in sealed if type(f) in kinds and not f.primary_key)
    other = "'[\"~\"]'" if type(field) is models.JSONField else f"'~' || substr({field.column}, 2)"
    by_hand(f"update {name} set {field.column} = {other} where ctid = (select ctid from {name} limit 1)")  # noqa: S608
    assert [(row != "", problem.split("：")[-1]) for found, row, problem in faults() if found == name] == [
        (True, field.column)
    ]


def test_a_row_without_a_code_and_a_forged_code_are_named(filed: str) -> None:
    by_hand("update people_account set mac = '' where username = 'suxin'")
    by_hand(
        "update cases_case set mac = overlay(mac placing translate(substr(mac, 10, 1), '0123456789abcdef', '123456789abcdef0') from 10)"
    )
    said = {table: problem for table, _, problem in faults()}
    assert "没有校验码" in said["people_account"]
    assert "无法判断是哪一列" in said["cases_case"]


def test_verify_prints_the_row_and_ends_with_1(filed: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    verify_command.add_arguments(parser)
    words = parser.parse_args(["--rows", "--processes", "1"])
    assert verify_command.run(words) == 0
    by_hand("update licences_licence set valid_to = '2039-12-31'")
    assert verify_command.run(words) == 1
    assert "licences_licence" in (said := capsys.readouterr().out)
    assert "valid_to" in said


def client_of(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username))
    return client


def test_a_touched_case_is_refused_with_words_and_an_alarm(filed: str) -> None:
    case = Case.objects.get(pk=filed)
    official = client_of("pudong_reviewer")
    assert official.get(f"/office/cases/{case.number}/").status_code == 200
    by_hand("update cases_case set applicant_name = '另一家公司'")
    alarms._noted.clear()
    for client, address in (
        (official, f"/office/cases/{case.number}/"),
        (client_of("suxin"), f"/cases/{case.number}/"),
    ):
        answer = client.get(address)
        page = answer.content.decode()
        assert answer.status_code == 409, address
        assert "可能被改动过" in page
        assert "另一家公司</" not in page
    with pytest.raises(RowTouched):
        house.view_at(case_id=filed)
    line = AuditEntry.objects.filter(action=alarms.ACTION).order_by("id")[0]
    assert line.object == f"cases_case:{case.number}"
    assert line.detail == {"columns": ["applicant_name"]}


def test_a_touched_form_and_a_touched_licence_are_refused(filed: str, client: Client) -> None:
    token = Licence.objects.get().token
    assert client.get(f"/v/{token}").status_code == 200
    by_hand("update licences_licence set valid_to = '2039-12-31'")
    answer = client.get(f"/v/{token}")
    assert answer.status_code == 409
    assert "可能被改动过" in answer.content.decode()
    with pytest.raises(RowTouched):
        shelf.find(token=token)
    by_hand("update cases_caseversion set payload = jsonb_set(payload, '{x}', '1')")
    with pytest.raises(RowTouched):
        house.view_at(case_id=filed)


def test_a_role_given_by_hand_is_no_role(filed: str) -> None:
    client = client_of("pudong_reviewer")
    assert client.get("/office/").status_code == 200
    by_hand("""update people_account set roles = '["city_leader"]' where username = 'pudong_reviewer'""")
    assert client.get("/office/").status_code == 302
    assert ("people_account", "pudong_reviewer") in {(t, r) for t, r, _ in faults()}


def test_the_trail_is_chained_signed_and_names_what_was_touched(filed: str) -> None:
    first = seal_new()
    audit(actor=Actor.system(), action="key.rotate", target="keys")
    second = seal_new()
    assert first is not None
    assert second is not None
    assert (second.number, second.prev, len(second.entries)) == (2, first.digest, 1)
    assert seal_new() is None
    assert unsealed() == []
    assert check_all(rows_only=True).lines == AuditEntry.objects.count()
    assert faults() == []
    gone = first.entries[1]
    by_hand("delete from people_auditentry where id = %s", gone)
    assert ("people_auditentry", f"第{gone}条", "审计日志被删除（第1号检查点里有它）") in faults()


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("update people_auditseal set digest = repeat('0', 64) where number = 1", "平台签名（SM2）不符"),
        ("update people_auditseal set entries = entries[2:] where number = 1", "摘要不符"),
        ("delete from people_auditseal where number = 1", "检查点缺失"),
    ],
)
def test_a_touched_checkpoint_is_named(filed: str, sql: str, words: str) -> None:
    seal_new()
    audit(actor=Actor.system(), action="key.rotate", target="keys")
    seal_new()
    by_hand(sql)
    assert [p for t, _, p in faults() if t == "people_auditseal" and words in p]


def test_the_database_refuses_to_change_the_trail(filed: str) -> None:
    seal_new()
    for words in (
        "delete from people_auditentry",
        "update people_auditentry set ip = ''",
        "delete from people_auditseal",
        "update people_auditseal set prev = ''",
    ):
        with (
            pytest.raises(ProgrammingError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(words)


def test_a_rotation_leaves_nothing_under_old_keys_and_nothing_unreadable(filed: str) -> None:
    keys = ring.keys()
    form = sm3(str(house.view_at(case_id=filed).form).encode())
    secret = CaseVersion.objects.get(case_id=filed).index
    assert secret
    assert (keys.rotate(), keys.rotate_hmac()) == ("k2", "h2")
    assert sm3(str(house.view_at(case_id=filed).form).encode()) == form
    assert faults() == []
    before = left()
    assert (before["申请内容"], before["链上记录快照"]) == (1, 1)
    assert before["文件"] > 0
    assert renew_some(limit=2) == 2
    while renew_some(limit=50):
        pass
    assert left() == {}
    version = CaseVersion.objects.get(case_id=filed)
    assert '"k1:' not in str(version.payload).replace("'", '"')
    assert all(index.startswith("h2:") for index in version.index)
    assert sm3(str(house.view_at(case_id=filed).form).encode()) == form
    assert check_all().faults == ()
    paper = Document.objects.filter(case_id=filed, state="sealed")[0]
    assert house.objects().kid(paper.sm3) == "k2"
    (snapshot,) = of_record(record_key=Snapshot.objects.get(case=filed).record_key, keys=keys)
    assert snapshot.sections


def test_a_person_is_found_by_a_secret_before_and_after_a_rotation(filed: str) -> None:
    phone = next(iter(_secrets(CaseVersion.objects.get(case_id=filed))))
    for _ in range(2):
        wanted = blind_indexes(value=phone, field=EVERYWHERE, keys=ring.keys())
        assert CaseVersion.objects.filter(index__overlap=list(wanted)).count() == 1
        ring.keys().rotate_hmac()


def _secrets(version: CaseVersion) -> list[str]:
    view = house.view_at(case_id=version.case_id)
    found = []
    for section, values in version.payload.items():
        if isinstance(values, dict):
            found += [getattr(getattr(view.form, section), n) for n, v in values.items() if is_hidden(v)]
    return found


def test_without_keys_nothing_is_written_in_plain(filed: str, own_keys: Any) -> None:
    client, count = client_of("suxin"), AuditEntry.objects.count()
    (own_keys / "hmac.key").unlink()
    ring.use(lambda: SoftwareKeys(own_keys))
    with pytest.raises(KeyMissing, match="备份"):
        audit(actor=Actor.system(), action="key.rotate", target="keys")
    assert AuditEntry.objects.count() == count
    answer = client.get("/")
    assert answer.status_code == 503
    assert "没有任何内容以明文保存" in answer.content.decode()


def test_rows_from_before_codes_get_theirs_in_a_migration(filed: str) -> None:
    by_hand("update cases_case set mac = ''")
    by_hand("update licences_licence set mac = ''")
    assert {table for table, _, _ in faults()} == {"cases_case", "licences_licence"}
    for model in (Case, Licence):
        assert seal_all(rows=model.objects.filter(mac=""), groups=model.SEALED) == 1
    assert faults() == []


def test_the_parts_together_are_the_whole(filed: str) -> None:
    by_hand("update cases_case set applicant_name = '另一家公司'")
    by_hand("update people_account set roles = '[]' where username = 'suxin'")
    seal_new()
    whole = check_all(rows_only=True)
    faults_of: list[Fault] = []
    parts = [check_quick(faults_of, part=Part(n, 3)) for n in range(3)]
    assert {f.row for f in faults_of} == {f.row for f in whole.faults}
    for name in ("cases", "events", "rows", "lines"):
        assert sum(getattr(part, name) for part in parts) == getattr(whole, name)
