"""The package by itself: built into an empty folder, used without anything of the house on the path."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

SDK = Path(__file__).parents[1]
USE = """
import sys
import luban_chain
assert "site" in luban_chain.__file__, luban_chain.__file__
assert not [name for name in sys.modules if name.split(".")[0] in ("luban", "django", "config")]
key = luban_chain.record_key("UF", "310000", "GFB-310115-20260302-0001")
assert key.startswith("606db7cea90639b7"), key
luban_chain.ChainClient("http://gateway.test", "ak", "secret", region="310000").close()
print("well")
"""


@pytest.mark.full
def test_it_builds_and_works_alone(tmp_path: Path) -> None:
    """Without a network: built by its own pyproject into an empty folder, its two dependencies from the present
    environment, everything else its own. (`pip install ./sdk` into a fresh environment does the same and fetches both.)
    """
    site = tmp_path / "site"
    build = [sys.executable, "-c", "import setuptools; setuptools.setup()", "-q", "build_py", "--build-lib"]
    subprocess.run([*build, str(site)], cwd=_copy(tmp_path), check=True, timeout=120, capture_output=True)
    packages = sysconfig.get_paths()["purelib"]
    env = {"PATH": os.defpath, "PYTHONPATH": f"{site}{os.pathsep}{packages}"}
    done = subprocess.run(
        [sys.executable, "-S", "-c", USE], check=False, cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert done.stdout.strip() == "well", done.stderr
    assert (site / "luban_chain" / "py.typed").exists()


def _copy(folder: Path) -> Path:
    """The package as it is published, away from the checkout, so that building leaves nothing there."""
    made = folder / "sdk"
    for path in (*SDK.glob("luban_chain/*"), SDK / "pyproject.toml", SDK / "README.md"):
        if path.is_file():
            goal = made / path.relative_to(SDK)
            goal.parent.mkdir(parents=True, exist_ok=True)
            goal.write_bytes(path.read_bytes())
    return made
