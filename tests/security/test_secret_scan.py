"""A secret that somebody writes into a file does not pass, and every exception says why."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests import secret_scan
from tests.secret_scan import ALLOWED, Found, allowed, complaints, scan, tracked

PLANTED = 'AWS_KEY = "AKIA' + 'IOSFODNN7EXAMPL3"\npassword = "' + "correct-horse-9" + '"\n'
KEY = "-----BEGIN " + "PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----\n"


def test_a_planted_secret_is_found_and_never_repeated(tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text(PLANTED)
    (tmp_path / "server.pem").write_text(KEY)
    (tmp_path / "calm.py").write_text('NAME = "一般固体废物"\n')
    found = scan(["settings.py", "server.pem", "calm.py"], tmp_path)
    assert {(f.path, f.kind) for f in found} >= {
        ("settings.py", "AWS Access Key"),
        ("settings.py", "Secret Keyword"),
        ("server.pem", "Private Key"),
    }
    assert not [f for f in found if f.path == "calm.py"]
    said = "\n".join(complaints(found, {}))
    assert "settings.py:1: AWS Access Key" in said
    assert "correct-horse" not in said and "AKIA" not in said


def test_only_what_git_knows_is_looked_at(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "known.py").write_text("x = 1\n")
    (tmp_path / "own.env").write_text(PLANTED)
    subprocess.run(["git", "add", "known.py"], cwd=tmp_path, check=True)
    assert tracked(tmp_path) == ["known.py"]


def test_every_exception_has_a_reason_and_fits_a_file() -> None:
    entries = allowed(ALLOWED.read_text())
    assert entries and all(len(reason) > 10 for reason in entries.values())
    assert all((secret_scan.ROOT / path).is_file() for path, _, _ in entries)
    with pytest.raises(ValueError, match="needs a reason"):
        allowed(json.dumps([{"file": "a", "kind": "k", "hashes": ["1"], "reason": " "}]))


def test_an_allowed_secret_passes_and_an_entry_that_nothing_fits_fails() -> None:
    one = Found("a.py", 3, "Secret Keyword", "h")
    assert complaints([one], {one.key: "an example of the manual"}) == []
    assert "no longer there" in complaints([], {one.key: "an example of the manual"})[0]
