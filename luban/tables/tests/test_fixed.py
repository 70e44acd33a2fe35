"""What goes in by a fixed statement comes out as Django's own queries give it, and the other way round."""

from __future__ import annotations

import uuid
from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from luban.cases.models import Draft
from luban.kit.clock import ZONE
from luban.people.models import Account, Organisation
from luban.tables.fixed import Write, read, write

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
ONE = 't."id" = %s'


def _draft(key: uuid.UUID, **columns: object) -> dict[str, object]:
    return {
        "id": key,
        "item": "an_item",
        "owner": "91310115MA7CPU0172",
        "owner_name": "示例公司",
        "account": "somebody",
        "case_id": None,
        "payload": {"waste": {"name": "污泥'\"%s", "rows": [{"n": 1}]}},
        "sources": {},
        "answers": {"q1": None},
        "seal": {},
        "notice_version": "",
        "notice_opened_at": None,
        "notice_read_at": None,
        "revision": 0,
        "copied_from": "",
        "submitted_as": "",
        "created_at": NOW,
        "updated_at": NOW,
        **columns,
    }


@pytest.mark.django_db
def test_a_row_written_is_the_row_django_reads_and_both_ways_read_alike():
    key = uuid.uuid4()
    write(Write(Draft, _draft(key)))
    by_django = Draft.objects.get(pk=key)
    (by_us,) = read(Draft, where=ONE, given=[key])
    for field in Draft._meta.concrete_fields:
        assert getattr(by_us, field.attname) == getattr(by_django, field.attname), field.attname
    assert by_us.payload["waste"]["name"] == "污泥'\"%s"
    assert by_us.answers == {"q1": None}


@pytest.mark.django_db
def test_changes_touch_the_columns_and_the_row_they_name():
    first, second = uuid.uuid4(), uuid.uuid4()
    write(Write(Draft, _draft(first)), Write(Draft, _draft(second)))
    write(Write(Draft, {"payload": {"a": [1]}, "revision": 7}, key=first))
    assert list(Draft.objects.order_by("revision").values_list("revision", "payload")) == [
        (0, _draft(second)["payload"]),
        (7, {"a": [1]}),
    ]


@pytest.mark.django_db
def test_several_writes_are_one_statement_and_fall_together():
    key, other = uuid.uuid4(), uuid.uuid4()
    with CaptureQueriesContext(connection) as seen:
        write(Write(Draft, _draft(key)), Write(Draft, _draft(other)))
    assert len(seen) == 1
    third = uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        write(Write(Draft, _draft(third)), Write(Draft, _draft(key)))
    assert not Draft.objects.filter(pk=third).exists()


@pytest.mark.django_db
def test_rows_reached_by_foreign_keys_come_along_in_the_same_statement():
    bureau = Organisation.objects.create(
        code="319999", name="示例生态环境局", kind="district", adcode="310199"
    )
    part = Organisation.objects.create(
        code="319999-1", name="示例处", kind="division", adcode="310199", parent=bureau
    )
    with_one = Account.objects.create(username="a", name="甲", kind="official", roles=[], organisation=part)
    without = Account.objects.create(username="b", name="乙", kind="operator", roles=[])
    along = ("organisation", "organisation.parent")
    with CaptureQueriesContext(connection) as seen:
        (found,) = read(Account, where=ONE, given=[with_one.pk], along=along)
        assert (found.organisation.name, found.organisation.parent.name) == ("示例处", "示例生态环境局")
        (alone,) = read(Account, where=ONE, given=[without.pk], along=along)
        assert alone.organisation is None
    assert len(seen) == 2
