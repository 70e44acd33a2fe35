"""`python -m benchmarks.trust`: what the cryptography costs, on one core, and how fast a large house is looked through.

python -m benchmarks.trust                      SM2, SM3, HMAC-SM3, SM4-GCM
python -m benchmarks.trust --stored 100000      also `luban verify --rows` over as many cases, in a house of its own
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.case_flow import measuring
from benchmarks.case_flow.measuring import Bench
from benchmarks.case_flow.stored import store
from luban.trust import envelope, sm2
from luban.trust.digest import hmac_sm3, sm3
from luban.trust.keys import SoftwareKeys
from luban.trust.row_mac import check_row, row_mac
from tests.faults.running import NOW, House

SECONDS = 2.0
MEGABYTE = b"\x5a" * 1_000_000


def rate(act: Callable[[], object]) -> float:
    """How often a second of processor time."""
    act()
    count, began = 0, time.process_time()
    while time.process_time() - began < SECONDS:
        act()
        count += 1
    return count / (time.process_time() - began)


def crypto() -> Iterator[tuple[str, float, str]]:
    """What is measured: its name, the figure, its unit."""
    key = sm2.generate()
    signature = sm2.sign(key=key, message=b"m")
    yield "SM2 sign", rate(lambda: sm2.sign(key=key, message=b"m")), "/s"
    yield "SM2 verify", rate(lambda: sm2.verify(public=key.public, message=b"m", signature=signature)), "/s"
    yield "SM3", rate(lambda: sm3(MEGABYTE)), "MB/s"
    yield "HMAC-SM3, 1 KB", rate(lambda: hmac_sm3(key=b"k" * 32, message=MEGABYTE[:1000])), "/s"
    with tempfile.TemporaryDirectory() as folder:
        keys = SoftwareKeys(Path(folder) / "keys")
        wrapped = envelope.wrap(data=MEGABYTE, keys=keys)
        yield "SM4-GCM envelope, write", rate(lambda: envelope.wrap(data=MEGABYTE, keys=keys)), "MB/s"
        yield "SM4-GCM envelope, read", rate(lambda: envelope.unwrap(envelope=wrapped, keys=keys)), "MB/s"
        hidden = envelope.hide(value="13800000000", keys=keys)
        yield "secret field, write", rate(lambda: envelope.hide(value="13800000000", keys=keys)), "/s"
        yield "secret field, read", rate(lambda: envelope.reveal(hidden=hidden, keys=keys)), "/s"
        groups = (tuple(f"c{n}" for n in range(37)),)
        row = {f"c{n}": f"value {n}" for n in range(37)}
        mac = row_mac(table="t", groups=groups, values=row, keys=keys)
        yield (
            "row code, 37 columns, write",
            rate(lambda: row_mac(table="t", groups=groups, values=row, keys=keys)),
            "/s",
        )
        yield (
            "row code, 37 columns, check",
            rate(lambda: check_row(table="t", groups=groups, values=row, mac=mac, keys=keys)),
            "/s",
        )


def looked_through(stored: int) -> Iterator[tuple[str, float, str]]:
    """`luban verify --rows` over that many cases."""
    with House(workers=2) as house:
        bench = Bench(house, clients=1, cases=2, rounds=1)
        measuring.warmed(bench)
        store(database_url=house.database_url, models=sorted(bench.acts)[:2], today=NOW[:10], upto=stored)
        bench.inside("codes")
        said = bench.inside("looked")
        yield "rows looked at", said["rows"], f"of {said['cases']} cases, {said['faults']} faults"
        yield "row codes, every table", said["seconds"], f"s ({said['cpu']:.1f} s of processor time)"
        about = f"s ({said['events']} events; {said['whole_cpu']:.1f} s of processor time)"
        yield "row codes, histories and trail", said["whole"], about


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trust", description=__doc__)
    parser.add_argument("--stored", type=int, default=0)
    stored = parser.parse_args().stored
    for name, value, unit in (*crypto(), *(looked_through(stored) if stored else ())):
        sys.stdout.write(f"{name:<34}{value:>12,.1f} {unit}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
