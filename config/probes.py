"""What watches the house: `/healthz` (alive), `/readyz` (may be given visitors), `/metrics` (from known addresses only)."""

from __future__ import annotations

import os
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from config import metrics
from luban.people.access import access
from luban.people.roles import PUBLIC
from luban.people.trail import address_of
from luban.trust import ring
from luban.trust.keys import KeyMissing

_migrated: list[bool] = []


@access(face="public", roles=PUBLIC, scope="open")
def healthz(request: HttpRequest) -> JsonResponse:
    """Whether the web process and its database answer, for the launcher and for restarts."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return JsonResponse({"ok": True})


@access(face="public", roles=PUBLIC, scope="open")
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether visitors may be sent here: database, its migrations, keys and the folder of files; 503 names what is not."""
    found = {"database": _database(), "migrations": _migrations(), "keys": _keys(), "files": _files()}
    ready = all(found.values())
    return JsonResponse({"ready": ready, **found}, status=200 if ready else 503)


@access(face="public", roles=PUBLIC, scope="open")
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Prometheus's text, for the addresses of LUBAN_METRICS_FROM; nobody else learns that it is there."""
    if not _known(address_of(request)):
        raise Http404
    return HttpResponse(metrics.text(), content_type=metrics.CONTENT_TYPE)


def _known(address: str) -> bool:
    try:
        asking = ip_address(address)
        return any(asking in ip_network(known, strict=False) for known in settings.LUBAN_METRICS_FROM)
    except ValueError:
        return False


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return False
    return True


def _migrations() -> bool:
    """Whether every migration this code brings has run; once it is so, it stays so."""
    if _migrated:
        return True
    try:
        executor = MigrationExecutor(connection)
        done = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False
    if done:
        _migrated.append(True)
    return done


def _keys() -> bool:
    try:
        return bool(ring.keys().current_kid and ring.keys().current_hmac_kid)
    except KeyMissing:
        return False


def _files() -> bool:
    folder = settings.LUBAN_VAR
    return folder.is_dir() and os.access(folder, os.W_OK)
