"""Holds the locked packages against known advisories, offline (a step of `make check`): `python tests/advisories.py`.

The snapshot (`docs/advisories.json`) holds what the public PyPA advisory database says of exactly the packages of
requirements.lock, and of which day it is. Affected: fails. A locked package that the snapshot did not look up: fails
(refresh it). Exceptions stand in the snapshot's neighbour with a reason and a last day. A snapshot knows nothing of
what was published after its day, which is printed each time.

    make audit                                    # a fresh checkout from the network, then the check
    make audit ADVISORIES=/path/to/advisory-database    # a checkout (or bare clone) that is already here
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
SNAPSHOT = ROOT / "docs" / "advisories.json"
EXCEPTIONS = ROOT / "docs" / "advisories-accepted.json"
SOURCE = "https://github.com/pypa/advisory-database"
LONGEST = 200
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
Advisory = Mapping[str, Any]


def locked(text: str) -> dict[str, str]:
    """The packages of a lock file with their versions."""
    return {str(canonicalize_name(name)): version for name, version in _PIN.findall(text)}


def affects(advisory: Advisory, version: str) -> bool:
    """Whether an advisory is about this version: listed, or inside one of its ranges."""
    if version in advisory["versions"]:
        return True
    try:
        own = Version(version)
        return any(_inside(events, own) for events in advisory["ranges"])
    except InvalidVersion:
        return True  # what cannot be compared is looked at by a person


def _inside(events: Iterable[Mapping[str, str]], own: Version) -> bool:
    """OSV's rule: walk the events in order of their versions; introduced opens, fixed and (after) last_affected close."""
    steps = sorted((_version(v), kind) for event in events for kind, v in event.items() if kind != "limit")
    inside = False
    for at, kind in steps:
        if kind == "introduced" and own >= at:
            inside = True
        elif (kind == "fixed" and own >= at) or (kind == "last_affected" and own > at):
            inside = False
    return inside


def _version(text: str) -> Version:
    return Version("0.dev0") if text == "0" else Version(text)


def complaints(
    pins: Mapping[str, str], snapshot: Mapping[str, Any], accepted: Iterable[Mapping[str, str]], today: date
) -> Iterator[str]:
    """What is wrong, a line each."""
    excused = {(e["package"], e["id"]): e for e in accepted}
    used = set()
    for package, version in sorted(pins.items()):
        if package not in snapshot["packages"]:
            yield f"{package} {version}: not looked up; run `make audit`"
            continue
        for advisory in snapshot["packages"][package]:
            if not affects(advisory, version):
                continue
            names = ", ".join([advisory["id"], *advisory["aliases"]])
            excuse = excused.get((package, advisory["id"]))
            used.add((package, advisory["id"]))
            if excuse is None:
                yield f"{package} {version}: {names}: {advisory['summary']}"
            elif not excuse.get("reason") or date.fromisoformat(excuse["until"]) < today:
                yield f"{package} {version}: {names}: accepted until {excuse['until']} only, or without a reason"
    for package, name in sorted(set(excused) - used):
        yield f"{package}: {name} is accepted and no longer needs to be: take the exception out"


def refreshed(git: list[str], pins: Mapping[str, str]) -> dict[str, Any]:
    """The snapshot from a clone of the database, read at its head (no work tree needed)."""

    def said(*command: str) -> str:
        return subprocess.run([*git, *command], capture_output=True, text=True, check=True).stdout

    files: dict[str, list[str]] = {}
    for path in said("ls-tree", "-r", "--name-only", "HEAD", "vulns").splitlines():
        files.setdefault(str(canonicalize_name(path.split("/")[1])), []).append(path)
    packages: dict[str, list[Any]] = {}
    for package in sorted(pins):
        found = [yaml.safe_load(said("show", f"HEAD:{path}")) for path in files.get(package, ())]
        packages[package] = [_short(one, package) for one in found if "withdrawn" not in one]
    commit, day = said("log", "-1", "--format=%H %cs").split()
    note = "What was published after this day is not known here."
    return {
        "source": SOURCE,
        "licence": "CC-BY-4.0",
        "commit": commit,
        "day": day,
        "note": note,
        "packages": packages,
    }


def _short(advisory: Mapping[str, Any], package: str) -> dict[str, Any]:
    """What the check needs of an advisory; listed versions only where no range says it."""
    about = [a for a in advisory["affected"] if canonicalize_name(a["package"]["name"]) == package]
    ranges = [r["events"] for a in about for r in a.get("ranges", ()) if r["type"] == "ECOSYSTEM"]
    text = " ".join(str(advisory.get("summary") or advisory.get("details") or "").split())
    return {
        "id": advisory["id"],
        "aliases": sorted(advisory.get("aliases", ())),
        "summary": text[:LONGEST],
        "ranges": [[{k: str(v) for k, v in event.items()} for event in events] for events in ranges],
        "versions": [] if ranges else sorted({str(v) for a in about for v in a.get("versions", ())}),
    }


def _refresh(place: str, pins: Mapping[str, str]) -> None:
    if place:
        inside = Path(place) / ".git"
        made = refreshed(["git", f"--git-dir={inside if inside.exists() else place}"], pins)
    else:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["git", "clone", "-q", "--bare", "--depth", "1", SOURCE, folder], check=True)
            made = refreshed(["git", f"--git-dir={folder}"], pins)
    SNAPSHOT.write_text(json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def main(arguments: list[str]) -> int:
    """Check, after `--refresh [clone]` with a new snapshot; 1 when something is wrong."""
    pins = locked(LOCK.read_text())
    if arguments[:1] == ["--refresh"]:
        _refresh(arguments[1] if len(arguments) > 1 else "", pins)
    snapshot, accepted = json.loads(SNAPSHOT.read_text()), json.loads(EXCEPTIONS.read_text())
    wrong = list(complaints(pins, snapshot, accepted, date.today()))
    sys.stdout.writelines(f"{line}\n" for line in wrong)
    sys.stdout.write(f"advisories as of {snapshot['day']}: {len(pins)} packages, {len(wrong)} complaints\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
