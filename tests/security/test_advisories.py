"""A locked package with a known weakness does not pass; nor does one that nobody looked up."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path

import pytest
import yaml

from tests import advisories
from tests.advisories import affects, complaints, locked, refreshed

TODAY = date(2026, 3, 2)
DJANGO = {
    "id": "PYSEC-2024-70",
    "aliases": ["CVE-2024-42005"],
    "summary": "SQL injection in column aliases",
    "ranges": [[{"introduced": "5.0"}, {"fixed": "5.0.8"}, {"introduced": "4.2"}, {"fixed": "4.2.15"}]],
    "versions": [],
}


def told(version: str, *, accepted: list[dict[str, str]] | None = None, package: str = "django") -> list[str]:
    snapshot = {"packages": {"django": [DJANGO]}}
    return list(complaints({package: version}, snapshot, accepted or [], TODAY))


@pytest.mark.parametrize(
    ("version", "hit"),
    [("4.1", False), ("4.2", True), ("4.2.14", True), ("4.2.15", False), ("5.0", True), ("5.0.7", True), ("5.0.8", False), ("5.2.9", False)],
)  # fmt: skip
def test_ranges_open_and_close_as_the_database_means_them(version: str, hit: bool) -> None:
    assert affects(DJANGO, version) is hit


def test_last_affected_is_still_affected_and_zero_means_from_the_beginning() -> None:
    old = {"ranges": [[{"introduced": "0"}, {"last_affected": "1.4"}]], "versions": []}
    assert [affects(old, v) for v in ("0.1", "1.4", "1.4.1")] == [True, True, False]
    assert affects({"ranges": [], "versions": ["2.0"]}, "2.0")


def test_an_affected_version_is_named_with_all_its_names() -> None:
    assert told("5.0.7") == ["django 5.0.7: PYSEC-2024-70, CVE-2024-42005: SQL injection in column aliases"]
    assert told("5.2.9") == []


def test_a_package_that_was_not_looked_up_fails() -> None:
    assert told("1.0", package="newcomer") == ["newcomer 1.0: not looked up; run `make audit`"]


def test_an_exception_needs_a_reason_and_ends_on_its_day() -> None:
    entry = {
        "package": "django",
        "id": "PYSEC-2024-70",
        "reason": "no JSON keys from outside",
        "until": "2026-04-01",
    }
    assert told("5.0.7", accepted=[entry]) == []
    assert "accepted until" in told("5.0.7", accepted=[{**entry, "until": "2026-03-01"}])[0]
    assert "accepted until" in told("5.0.7", accepted=[{**entry, "reason": ""}])[0]
    assert "take the exception out" in told("5.2.9", accepted=[entry])[0]


def test_the_committed_snapshot_looks_up_every_locked_package_and_says_its_day() -> None:
    pins = locked(advisories.LOCK.read_text())
    snapshot = json.loads(advisories.SNAPSHOT.read_text())
    assert len(pins) > 80 and pins["django"].startswith("5.2")
    assert set(pins) == set(snapshot["packages"])
    assert date.fromisoformat(snapshot["day"]) and snapshot["source"].endswith("pypa/advisory-database")


def test_a_snapshot_is_made_from_a_clone_without_withdrawn_advisories(tmp_path: Path) -> None:
    folder = tmp_path / "vulns" / "Django"
    folder.mkdir(parents=True)
    base = {
        "affected": [
            {
                "package": {"name": "django"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": 2.0}]}],
            }
        ]
    }
    (folder / "one.yaml").write_text(yaml.safe_dump({"id": "PYSEC-1", "details": "a\nb", **base}))
    (folder / "two.yaml").write_text(yaml.safe_dump({"id": "PYSEC-2", "withdrawn": "2020-01-01", **base}))
    git = ["git", f"--git-dir={tmp_path / '.git'}"]
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    made = refreshed(git, {"django": "5.2", "httpx": "0.28"})
    assert [a["id"] for a in made["packages"]["django"]] == ["PYSEC-1"]
    assert made["packages"]["django"][0]["ranges"] == [[{"introduced": "0"}, {"fixed": "2.0"}]]
    assert made["packages"]["httpx"] == []
