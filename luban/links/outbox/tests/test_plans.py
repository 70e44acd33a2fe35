"""The outbox must not slow down with its age: lane heads and the stuck list are found by index among many done rows."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

HISTORY = """
INSERT INTO outbox_effect (key, lane, kind, link, name, body, state, attempts, failures, last_error, notes,
                           created_at, done_at)
SELECT 'k' || n, 'lane' || n %% 2000, 'share', 'one_net', 'case_node', '{}', 'delivered', 1, 0, '', '[]', at, at
FROM generate_series(1, 20000) n, (SELECT '2026-03-02T10:00+08'::timestamptz AS at) t
"""


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (
            "SELECT * FROM outbox_effect WHERE lane = 'lane7' AND done_at IS NULL ORDER BY id LIMIT 1",
            "outbox_lane_head",
        ),
        (
            "SELECT * FROM outbox_effect WHERE state IN ('retrying', 'rejected', 'manual') AND id > 5 ORDER BY id"
            " LIMIT 20",
            "outbox_stuck",
        ),
    ],
)
def test_open_effects_are_found_by_index(query: str, index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, [])
        cursor.execute("ANALYZE outbox_effect")
        cursor.execute("EXPLAIN " + query)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert index in plan, plan
