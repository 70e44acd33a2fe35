"""The house's rules are alive: each one, broken on purpose in a small copy of the house, is noticed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config import discovery
from config.environment import BASE
from tests import shape

LAYERS = (
    "faces",
    "ui",
    "bundles",
    "items",
    "stages",
    "cases",
    "ledger",
    "registers",
    "links",
    "people",
    "trust",
    "kit",
)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A house of empty layers, with two items, that keeps every rule."""
    shutil.copy(BASE / "pyproject.toml", tmp_path)
    packages = ["luban", "config", "sandbox", *(f"luban/{layer}" for layer in LAYERS)]
    for package in [*packages, "luban/items/soil_report", "luban/items/noise_permit", "luban/stages/fill"]:
        write(tmp_path, f"{package}/__init__.py")
    write(tmp_path, "luban/items/soil_report/item.py", "CODE = 'soil_report'")
    write(tmp_path, "luban/items/noise_permit/item.py", "CODE = 'noise_permit'")
    return tmp_path


def write(house: Path, path: str, *lines: str) -> None:
    """Add a file; a Python one starts with a docstring."""
    target = house / path
    target.parent.mkdir(parents=True, exist_ok=True)
    head = ['"""Planted."""'] if path.endswith(".py") else []
    target.write_text("\n".join([*head, *lines, ""]), encoding="utf-8")


def test_the_sound_house_has_no_breach(house: Path) -> None:
    assert shape.breaches(house) == []


LONG_FUNCTION = ["def long() -> None:", *["    print()"] * 60]
PLANTS = {
    "lines, 400 allowed": ("luban/kit/long.py", ["X = 1"] * 400),
    "has 61 lines": ("luban/kit/long.py", LONG_FUNCTION),
    "exceed 40 lines": ("luban/kit/long.py", LONG_FUNCTION[:45]),
    "says nothing": ("luban/kit/utils.py", []),
    "finish it or drop it": ("luban/kit/later.py", ["# TO" + "DO: later"]),
    "datetime.now(): ask": ("luban/cases/when.py", ["import datetime", "X = datetime.datetime.now()"]),
    "timezone.now(): ask": (
        "luban/cases/when.py",
        ["from django.utils import timezone", "X = timezone.now()"],
    ),
    "auto_now_add": ("luban/cases/models.py", ["import m", "X = m.DateTimeField(auto_now_add=True)"]),
    "import inside": ("luban/cases/circle.py", ["def f() -> None:", "    import json"]),
    "no signals": ("luban/cases/flow.py", ["from django.db.models.signals import post_save"]),
    "apps.get_model": (
        "luban/cases/flow.py",
        ["from django.apps import apps", "X = apps.get_model('a', 'B')"],
    ),
    "comparison with an item's code": (
        "luban/cases/special.py",
        ["def f(item):", "    return item.code == 'x'"],
    ),
    "names the item soil_report": ("luban/stages/fill/special.py", ["X = {'soil_report': 1}"]),
    "inline style or script: style": ("luban/ui/templates/a.html", ['<p style="color:red">']),
    "inline style or script: onclick": ("luban/ui/templates/a.html", ['<p onclick="go()">']),
    "inline style or script: <script": ("luban/ui/templates/a.html", ["<script>go()</script>"]),
    "content security policy refuses": ("luban/ui/picture.py", ["X = '<rect style=\"fill:red\"/>'"]),
    "has no __init__.py": ("luban/registers/stray/model.py", []),
    "a tests folder has no __init__.py": ("luban/kit/tests/__init__.py", []),
}


@pytest.mark.parametrize("message", PLANTS)
def test_a_planted_breach_is_noticed(house: Path, message: str) -> None:
    path, lines = PLANTS[message]
    write(house, path, *lines)
    found = [str(breach) for breach in shape.breaches(house)]
    assert any(message in line for line in found), found


def test_a_module_without_docstring_is_noticed(house: Path) -> None:
    (house / "luban/kit/mute.py").write_text("X = 1\n")
    assert "no docstring" in str(shape.breaches(house)[0])


def test_scripts_from_files_and_data_blocks_are_allowed(house: Path) -> None:
    write(
        house,
        "luban/ui/templates/a.html",
        '<script src="/static/a.js" defer></script><script id="d" type="application/json">{}</script>',
    )
    assert shape.breaches(house) == []


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    """Run the import contracts on a house."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(
        command, cwd=house, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": "."}
    )


IMPORTS = {
    "The layers of the house": ("luban/kit/up.py", "import luban.faces"),
    "luban.gadgets": ("luban/gadgets/__init__.py", "X = 1"),
    "Items do not know each other": (
        "luban/items/soil_report/other.py",
        "import luban.items.noise_permit.item",
    ),
    "Kit and items are free of Django": ("luban/items/soil_report/rules.py", "import django.db"),
    "Items know kit and the pure modules": ("luban/items/soil_report/rules.py", "import luban.people"),
    "luban.stages.fill -> luban.items": ("luban/stages/fill/start.py", "import luban.items.soil_report"),
    "Settings, discovery and launcher stand on top": ("luban/faces/early.py", "import config"),
    "The sandbox speaks as the partners would": ("sandbox/near.py", "import luban.cases"),
}


def test_the_sound_house_keeps_its_contracts(house: Path) -> None:
    answer = lint(house)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.full
@pytest.mark.parametrize("contract", IMPORTS)
def test_a_planted_import_breaks_its_contract(house: Path, contract: str) -> None:
    path, line = IMPORTS[contract]
    write(house, path, line)
    answer = lint(house)
    assert answer.returncode != 0
    broken = [text for text in answer.stdout.splitlines() if "KEPT" not in text]
    assert contract.split(" -> ")[0] in "\n".join(broken), answer.stdout


def test_kit_and_items_load_without_django() -> None:
    modules = ["luban.kit", *discovery.names("item")]
    program = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "sys.exit(', '.join(sorted(m for m in sys.modules if m.split('.')[0] == 'django')) or 0)"
    )
    answer = subprocess.run([sys.executable, "-c", program], cwd=BASE, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr


def test_a_folder_dropped_under_items_is_discovered(tmp_path: Path) -> None:
    write(tmp_path, "luban/items/soil_report/item.py", "ITEM = None")
    write(tmp_path, "luban/items/no_item_here/notes.py")
    assert discovery.names("item", base=tmp_path) == ["luban.items.soil_report.item"]
