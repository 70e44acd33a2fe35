"""Writing to the outbox and looking into it: what acts and officials use.

`put` costs one statement however many effects an act has: it writes them and the job that wakes their lanes. Both commit
or roll back with the act.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count
from procrastinate.contrib.django import app as jobs_app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager

from luban.kit.clock import clock
from luban.links.outbox.effects import STUCK, EffectRequest, EffectView, State
from luban.links.outbox.models import Effect
from luban.tables.json_text import written

WAKE_JOB = "outbox.wake"

# The job is put by procrastinate's own function, as its `defer` would; so is the notice to a waiting worker.
_PUT = """
WITH put AS (
    INSERT INTO outbox_effect (key, "case", lane, kind, link, name, body, state, attempts, failures, last_error,
                               notes, created_at)
    SELECT e.key, e."case", e.lane, e.kind, e.link, e.name, e.body, 'pending', 0, 0, '', '[]', %s
    FROM ROWS FROM (jsonb_to_recordset(%s::jsonb)
         AS (key text, "case" text, lane text, kind text, link text, name text, body jsonb))
         WITH ORDINALITY AS e (key, "case", lane, kind, link, name, body, place)
    ORDER BY e.place
    ON CONFLICT (key) DO NOTHING
    RETURNING id
), written AS (SELECT array_agg(id ORDER BY id) AS ids FROM put)
SELECT ids, procrastinate_defer_jobs_v1(ARRAY[
    ROW('default', %s, 0, NULL, NULL, jsonb_build_object('ids', ids), NULL)::procrastinate_job_to_defer_v1
]) FROM written WHERE ids IS NOT NULL
"""


class OutboxRefused(Exception):
    """What the official asked for is not possible now; the message says why and what to do (409)."""


def put(*, effects: Sequence[EffectRequest], at: datetime) -> list[int]:
    """Write `effects` in their order and wake their lanes when the caller's transaction commits.

    Must run inside a transaction. An effect whose key was put before is left as it is. Returns the new ids.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("put() belongs inside the transaction of the act that causes the effects")
    if not effects:
        return []
    rows = [
        {
            "key": effect.key,
            "case": effect.case,
            "lane": effect.lane,
            "kind": effect.kind,
            "link": effect.link,
            "name": effect.name,
            "body": dict(effect.body),
        }
        for effect in effects
    ]
    with connection.cursor() as cursor:
        cursor.execute(_PUT, [at, written(rows), WAKE_JOB])
        put_now = cursor.fetchone()
    return list(put_now[0]) if put_now else []


def wake(*, ids: Sequence[int]) -> None:
    """Ask a worker to look at the lanes of these effects; part of the running transaction, if there is one.

    Always through Django's own connection: inside a worker procrastinate's app writes through another one, and the
    wake would be there before the effects are.
    """
    job = jobs_app.configure_task(WAKE_JOB, allow_unknown=True).job
    JobDeferrer(job=job, job_manager=JobManager(DjangoConnector())).defer(ids=list(ids))


def resend(*, effect_id: int, by: str, reason: str) -> EffectView:
    """Try a stuck effect again from the start of its schedule. `by` and `reason` are kept with it. Raises OutboxRefused."""
    with transaction.atomic():
        effect = _locked(effect_id=effect_id)
        if effect.state not in STUCK:
            raise OutboxRefused(_not_now(effect=effect, verb="重新投递"))
        _note(effect=effect, by=by, act="resend", reason=reason)
        effect.state = State.PENDING
        effect.failures = 0
        effect.next_at = effect.first_failed_at = None
        effect.save(update_fields=["state", "failures", "next_at", "first_failed_at", "notes"])
        wake(ids=[effect.pk])
    return view_of(effect=effect)


def cancel(*, effect_id: int, by: str, reason: str) -> EffectView:
    """Give an effect up; the lane behind it goes on. `by` and `reason` are kept with it. Raises OutboxRefused."""
    with transaction.atomic():
        effect = _locked(effect_id=effect_id)
        if effect.state not in (State.PENDING, *STUCK):
            raise OutboxRefused(_not_now(effect=effect, verb="取消"))
        _note(effect=effect, by=by, act="cancel", reason=reason)
        effect.state = State.CANCELLED
        effect.next_at = None
        effect.done_at = clock.now()
        effect.save(update_fields=["state", "next_at", "done_at", "notes"])
        wake(ids=[effect.pk])
    return view_of(effect=effect)


def stuck(*, limit: int = 20, after: int = 0) -> list[EffectView]:
    """Effects a person should look at, oldest first: up to `limit` with an id greater than `after` (keyset page)."""
    rows = Effect.objects.filter(state__in=[str(state) for state in STUCK], id__gt=after).order_by("id")[
        :limit
    ]
    return [view_of(effect=row) for row in rows]


def of_case(*, case: str, limit: int = 200) -> list[EffectView]:
    """The latest effects of one case, newest first."""
    rows = Effect.objects.filter(case=case).order_by("-id")[:limit]
    return [view_of(effect=row) for row in rows]


def get(*, effect_id: int) -> EffectView | None:
    """One effect, or None."""
    row = Effect.objects.filter(pk=effect_id).first()
    return None if row is None else view_of(effect=row)


def counts() -> Mapping[State, int]:
    """How many effects are in each open state (delivered and cancelled are not counted: there are millions)."""
    found = (
        Effect.objects.filter(done_at__isnull=True).values_list("state").annotate(n=Count("id")).order_by()
    )
    numbers = {State(state): n for state, n in found}
    return {state: numbers.get(state, 0) for state in (State.PENDING, State.SENDING, *STUCK)}


def view_of(*, effect: Effect) -> EffectView:
    """The frozen view of a row."""
    return EffectView(
        id=effect.pk,
        key=effect.key,
        case=effect.case,
        lane=effect.lane,
        kind=effect.kind,
        link=effect.link,
        name=effect.name,
        body=effect.body,
        state=State(effect.state),
        attempts=effect.attempts,
        created_at=effect.created_at,
        next_at=effect.next_at,
        first_failed_at=effect.first_failed_at,
        last_error=effect.last_error,
        receipt=effect.receipt,
        done_at=effect.done_at,
        notes=tuple(effect.notes),
    )


def _locked(*, effect_id: int) -> Effect:
    effect = Effect.objects.select_for_update().filter(pk=effect_id).first()
    if effect is None:
        raise OutboxRefused("没有这条投递记录，请刷新列表。")
    return effect


def _not_now(*, effect: Effect, verb: str) -> str:
    if effect.state == State.SENDING:
        return f"正在投递，暂不能{verb}，请稍后刷新再看。"
    view = view_of(effect=effect)
    return f"该投递{view.state_title}，不能{verb}。"


def _note(*, effect: Effect, by: str, act: str, reason: str) -> None:
    if not reason.strip():
        raise OutboxRefused("请填写理由。")
    entry: dict[str, Any] = {"at": clock.now().isoformat(), "by": by, "act": act, "reason": reason.strip()}
    effect.notes = [*effect.notes, entry]


def hasten(*, case: str, at: datetime, **which: str) -> None:
    """Let a case's retrying effects be tried again now: what they waited for has come. `which`: their `link` or `kind`.

    Runs inside the caller's transaction; costs one statement, and one more when there is something to wake.
    """
    waiting = Effect.objects.filter(case=case, state=State.RETRYING.value, **which)
    ids = list(waiting.values_list("id", flat=True))
    if ids:
        waiting.update(next_at=at)
        wake(ids=ids)
