"""What every test may use: one PostgreSQL for the whole run, a real browser, a running house.

The database starts when the first test asks for it: a PostgreSQL without fsync in a folder of its own, removed at the
end; with DATABASE_URL set, that server is used instead. Migrations run once, into a template; every process of the
run (pytest-xdist) gets its own copy of it. From then on DATABASE_URL in the environment names the test's database,
so that a process started by a test sees the same rows (once they are committed: `transaction=True`).

Files a test writes go to a temporary LUBAN_VAR, never to the checkout's own `var/`.
"""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql
from pytest_django import DjangoDbBlocker

pytest_plugins = ["tests.browsing"]

_IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
if not _IS_WORKER:
    os.environ["LUBAN_VAR"] = tempfile.mkdtemp(prefix="luban-tests-")
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
for _name in ("LUBAN_NOW", "LUBAN_LINKS", "LUBAN_SANDBOX_URL", "LUBAN_CHAIN_URL"):
    os.environ.pop(_name, None)

from django.conf import settings as django_settings  # noqa: E402
from django.contrib.auth.hashers import PBKDF2PasswordHasher  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from config import postgres, processes  # noqa: E402
from config.environment import django_database  # noqa: E402
from config.ports import free_port  # noqa: E402

django_settings.INSTALLED_APPS  # noqa: B018  pytest-django sets Django up once its settings are read
django_settings.LUBAN_REGISTERS_FRESH = 0.0  # tests roll back what they edit
django_settings.LUBAN_PERMISSIONS_FRESH = 3600.0  # a test that changes rights forgets them at its end
django_settings.LUBAN_PROOF_MINUTES = None  # tests of the proof itself say how old it may be
PBKDF2PasswordHasher.iterations = 1_000  # the demo accounts are made anew by hundreds of tests

_VAR = Path(os.environ["LUBAN_VAR"])
_RUN = re.sub(r"\W", "_", _VAR.name.lower())
_running: list[tuple[postgres.Cluster, "subprocess.Popen[bytes]"]] = []


def pytest_configure(config: pytest.Config) -> None:
    """With several processes the one server must be there before they are."""
    if not _IS_WORKER and config.getoption("numprocesses", None):
        os.environ["LUBAN_TEST_SERVER"] = _server()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove what the run wrote."""
    for cluster, server in _running:
        server.send_signal(signal.SIGQUIT)
        server.wait(10)
        shutil.rmtree(cluster.home, ignore_errors=True)
    if not _IS_WORKER:
        shutil.rmtree(_VAR, ignore_errors=True)


def _server() -> str:
    """The address of the run's server, started on the first call."""
    given = os.environ.get("LUBAN_TEST_SERVER") or os.environ.get("DATABASE_URL")
    if given:
        return given
    _sweep()
    cluster = postgres.open_cluster(home=_home(os.getpid()))
    port = free_port()
    with (_VAR / "postgres.log").open("wb") as log:
        server = processes.spawn(
            command=cluster.command(port=port, durable=False),
            cwd=cluster.home,
            user=cluster.user,
            death_signal=signal.SIGQUIT,
            output=log,
        )
    _running.append((cluster, server))
    cluster.wait(port=port, server=server)
    url = cluster.url(port=port, database="postgres")
    os.environ["LUBAN_TEST_SERVER"] = url
    return url


def _home(process: int) -> Path:
    """Where the run of that process keeps its server: for root outside /tmp/…, where the server's user may go."""
    return postgres.SYSTEM_HOME / f"tests-{process}" if os.geteuid() == 0 else _VAR / "pg"


def _sweep() -> None:
    """Remove the servers' folders of runs that were killed."""
    for folder in postgres.SYSTEM_HOME.glob("tests-*") if os.geteuid() == 0 else ():
        if not Path("/proc", folder.name.removeprefix("tests-")).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _named(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _use(url: str) -> None:
    """Point Django and every process started from here at `url`."""
    connections["default"].close()
    connections["default"].settings_dict.update(django_database(url))
    os.environ["DATABASE_URL"] = url


def _copy_of_template(server: str, database: str) -> None:
    """Make `database` from the migrated template, migrating the template first if nobody has."""
    template = f"template_{_RUN}"
    with (_VAR / "template.lock").open("w") as lock, psycopg.connect(server, autocommit=True) as admin:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = admin.execute("select 1 from pg_database where datname = %s", [template]).fetchone()
        if not known:
            admin.execute(sql.SQL("create database {}").format(sql.Identifier(template)))
            _use(_named(server, template))
            call_command("migrate", verbosity=0, interactive=False)
            connections["default"].close()
        admin.execute(
            sql.SQL("create database {} template {}").format(
                sql.Identifier(database), sql.Identifier(template)
            )
        )


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give this process its own migrated database (replaces pytest-django's one of the same name)."""
    server = _server()
    database = f"test_{_RUN}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with django_db_blocker.unblock():
        _copy_of_template(server, database)
        _use(_named(server, database))
    yield
    with django_db_blocker.unblock():
        connections["default"].close()
    if not _running and not _IS_WORKER:
        with psycopg.connect(server, autocommit=True) as admin:
            for name in (database, f"template_{_RUN}"):
                admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def database_url(django_db_setup: None) -> str:
    """The address of this process's test database, for processes that a test starts."""
    return os.environ["DATABASE_URL"]


@pytest.fixture(autouse=True)
def _nobody_was_too_quick() -> Iterator[None]:
    """Whoever asked too often in a test may ask again in the next one."""
    yield
    pace = sys.modules.get("luban.people.pace")
    if pace is not None:
        pace.forget()
