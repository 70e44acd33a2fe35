"""`python -m benchmarks.chain`: histories anchored in batches against one transaction a record, proofs, verification.

A PostgreSQL of its own (with fsync), the embedded node in this process over its file, one process: tree, rows, root,
signature, transaction, receipt, finality. The records' cases do not exist, so the last figure is that of a batch in which
every head has to be named: the work is the same.
"""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from config import postgres, processes
from config.ports import free_port

SINGLE, BATCH, PROOFS = 100, 20_000, 500


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chain", description=__doc__)
    parser.add_argument("--single", type=int, default=SINGLE, help="records written one by one")
    parser.add_argument("--batch", type=int, default=BATCH, help="records under one root")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cluster, server = _database(Path(folder))
        try:
            for name, value, unit in _figures(Path(folder), asked.single, asked.batch):
                sys.stdout.write(f"{name:<46}{value:>14,.2f} {unit}\n")
                sys.stdout.flush()
        finally:
            server.terminate()
            server.wait()
            shutil.rmtree(cluster.home, ignore_errors=True)
    return 0


def _database(folder: Path) -> tuple[postgres.Cluster, subprocess.Popen[bytes]]:
    home = postgres.SYSTEM_HOME / f"bench-{os.getpid()}" if os.geteuid() == 0 else folder / "pg"
    cluster, port = postgres.open_cluster(home=home), free_port()
    with (folder / "postgres.log").open("wb") as log:
        server = processes.spawn(
            command=cluster.command(port=port), cwd=cluster.home, user=cluster.user, output=log
        )
    cluster.wait(port=port, server=server)
    cluster.ensure_database(port=port, name="bench")
    os.environ |= {
        "DATABASE_URL": cluster.url(port=port, database="bench"),
        "LUBAN_VAR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    importlib.import_module("django").setup()
    importlib.import_module("django.core.management").call_command("migrate", verbosity=0)
    return cluster, server


def _figures(folder: Path, single: int, many: int) -> Iterator[tuple[str, float, str]]:
    """What is measured: its name, the figure, its unit."""
    history: Any = importlib.import_module("luban.ledger.history")
    work: Any = importlib.import_module("luban.stages.chain.anchor")
    batches: Any = importlib.import_module("luban.stages.chain.incremental")
    keys = importlib.import_module("luban.cases.house").keys()
    world = importlib.import_module("tests.chain.world").World(folder)
    work.run(port=world.port, patience=120)

    def heads(count: int, first: int) -> list[Any]:
        return [
            history.Head(f"{n:08x}-0000-4000-8000-{n:012x}", 1, f"{n:064x}")
            for n in range(first, first + count)
        ]

    began = time.perf_counter()
    for head in heads(single, 1):
        history.anchor(heads=[head], keys=keys)
    work.run(port=world.port, patience=600)
    baseline = single / (time.perf_counter() - began)
    yield "one transaction a record, to finality", baseline, "records/s"
    began = time.perf_counter()
    batch = history.anchor(heads=heads(many, single + 1), keys=keys)
    work.run(port=world.port, patience=600)
    rate = many / (time.perf_counter() - began)
    yield f"{many:,} records under one root, to finality", rate, "records/s"
    yield "of that, times the baseline", rate / baseline, "×"
    yield from _proofs(history, single)
    began = time.perf_counter()
    verified = batches.verify_batch(port=world.port, batch_id=batch)
    yield "a batch verified anew", verified.histories / (time.perf_counter() - began), "records/s"
    world.close()


def _proofs(history: Any, single: int) -> Iterator[tuple[str, float, str]]:
    cases = [f"{n:08x}-0000-4000-8000-{n:012x}" for n in range(single + 1, single + 1 + PROOFS)]
    began = time.perf_counter()
    found = [history.proof_of(case=case) for case in cases]
    yield "a proof made", 1000 * (time.perf_counter() - began) / PROOFS, "ms"
    yield "its path", float(len(found[0].path)), "bytes"
    began = time.perf_counter()
    if not all(one.holds() for one in found):
        raise SystemExit("a proof does not hold")
    yield "a proof checked", 1000 * (time.perf_counter() - began) / PROOFS, "ms"


if __name__ == "__main__":
    sys.exit(main())
