"""The test run's own database."""

import os

import psycopg
import pytest
from django.db import connection


@pytest.mark.django_db
def test_migrated_database_is_there() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs")
        assert cursor.fetchone() == (0,)


def test_other_processes_can_reach_it(database_url: str) -> None:
    assert os.environ["DATABASE_URL"] == database_url
    with psycopg.connect(database_url) as other:
        assert other.execute("show server_encoding").fetchone() == ("UTF8",)
