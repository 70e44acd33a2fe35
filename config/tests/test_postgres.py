"""The embedded PostgreSQL after its server was killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.ports import free_port
from config.postgres import Cluster, home_for, open_cluster
from config.processes import spawn

ENDLESS = (
    "do $$ begin loop null; end loop; end $$"  # never waits, so it never notices that its server is gone
)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    home = home_for(var=tmp_path)
    yield open_cluster(home=home)
    shutil.rmtree(home, ignore_errors=True)


def started(cluster: Cluster, port: int) -> subprocess.Popen[bytes]:
    command = cluster.command(port=port)
    server = spawn(command=command, cwd=cluster.home, user=cluster.user, output=subprocess.DEVNULL)
    cluster.wait(port=port, server=server)
    return server


def run_for_ever(url: str, running: threading.Event) -> None:
    with psycopg.connect(url, autocommit=True) as session:
        running.set()
        with pytest.raises(psycopg.OperationalError):
            session.execute(ENDLESS)


@pytest.mark.full
def test_a_session_that_outlives_its_killed_server_does_not_hold_up_the_next(cluster: Cluster) -> None:
    port, running = free_port(), threading.Event()
    url = cluster.url(port=port, database="postgres")
    server = started(cluster, port)
    busy = threading.Thread(target=run_for_ever, args=(url, running), daemon=True)
    busy.start()
    try:
        assert running.wait(10)
        with psycopg.connect(url, autocommit=True) as asked:
            text = "select count(*) from pg_stat_activity where query = %s and state = 'active'"
            while asked.execute(text, [ENDLESS]).fetchone() != (1,):
                pass
    finally:
        os.kill(server.pid, signal.SIGKILL)
        server.wait(10)
    cluster.end_orphan()
    busy.join(10)
    assert not busy.is_alive()
    again = started(cluster, port)
    again.send_signal(signal.SIGINT)
    assert again.wait(20) == 0
