"""`luban traceability`: write docs/traceability.md, from each requirement to what fulfils it and what tests it.

Everything is read from the registry (an item names the requirements it fulfils) and from the test files (a test
mentions the rules it is about), so the page cannot promise what the house does not hold. The same house always gives
the same bytes: no dates, no machine, fixed order. `--check` writes nothing and fails when the page is out of date.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from config.discovery import discover
from config.environment import BASE
from luban.kit import registry
from luban.kit.form import form_spec
from luban.kit.item import Item
from luban.kit.rules import Rule

HELP = "由代码生成需求追溯表 docs/traceability.md（--check 只核对是否最新）"
NEEDS_DJANGO = False

PAGE = Path("docs") / "traceability.md"
TESTED = ("luban", "config", "sandbox", "sdk", "tests")
WORDS = {".py", ".yaml"}

Tests = dict[str, tuple[str, ...]]
"""Rule id → the test files that mention it, in alphabetical order."""

HEAD = """# From requirement to code to test

Written by `luban traceability` from the code itself; edit the code, not this page. Numbers are those of the
procurement's list of requirements. An item names the numbers it fulfils (`requirements` in its `item.py`); a test
counts for a rule when it mentions the rule's number.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare --check."""
    parser.add_argument("--check", action="store_true", help="只核对，不写文件；不是最新的返回 1")


def run(arguments: argparse.Namespace) -> int:
    """Write the page; with --check compare only: 0 up to date, 1 out of date."""
    discover()
    target = BASE / PAGE
    text = page(items=registry.all_items(), root=BASE)
    if arguments.check:
        current = target.is_file() and target.read_text(encoding="utf-8") == text
        sys.stdout.write(f"{PAGE}：{'已是最新。' if current else '不是最新，请运行 luban traceability。'}\n")
        return 0 if current else 1
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
    return 0


def page(*, items: Iterable[Item], root: Path) -> str:
    """The whole page for these items, with the test files below `root`."""
    ordered = sorted(items, key=lambda item: item.code)
    tests = tests_of(rules={rule.id for item in ordered for rule in item.rules}, root=root)
    lines = [*HEAD.splitlines(), "", *_requirements(ordered, tests)]
    for item in ordered:
        lines += ["", *_item(item, tests)]
    return "\n".join([*lines, ""])


def tests_of(*, rules: Iterable[str], root: Path) -> Tests:
    """The test files below `root` (folders `tests`, Python and YAML) that mention each rule."""
    pattern = re.compile(r"(?<![\w-])(" + "|".join(re.escape(r) for r in sorted(rules)) + r")(?![\w-])")
    found: dict[str, list[str]] = {}
    for path in _test_files(root):
        for rule in set(pattern.findall(path.read_text(encoding="utf-8"))):
            found.setdefault(rule, []).append(path.relative_to(root).as_posix())
    return {rule: tuple(sorted(paths)) for rule, paths in found.items()}


def _test_files(root: Path) -> Iterator[Path]:
    for folder in TESTED:
        for path in (root / folder).rglob("*"):
            if path.suffix in WORDS and "tests" in path.relative_to(root).parts:
                yield path


def _requirements(items: list[Item], tests: Tests) -> Iterator[str]:
    """The first table: requirement → items, with how much each brings."""
    yield "## By requirement"
    yield ""
    yield "| requirement | item | pages | steps | documents | rules | rules no test mentions |"
    yield "|---:|---|---:|---:|---:|---:|---|"
    for number in sorted({number for item in items for number in item.requirements}):
        for item in items:
            if number in item.requirements:
                untested = [rule.id for rule in item.rules if rule.id not in tests]
                counts = f"{len(form_spec(item.form).sections)} | {len(item.process.steps)} | {len(item.documents)}"
                yield (
                    f"| {number} | [{item.title}](#{item.code}) | {counts} | {len(item.rules)} |"
                    f" {'、'.join(untested) or 'none'} |"
                )


def _item(item: Item, tests: Tests) -> Iterator[str]:
    """One item: what its pages, steps and papers are, whom it tells, and its rules with their tests."""
    yield f'## <a id="{item.code}"></a>{item.title} (`{item.code}`)'
    yield ""
    yield f"- Requirements: {'、'.join(str(n) for n in item.requirements) or 'none'}"
    yield f"- Code: {_link(f'luban/items/{item.code}')}"
    yield from _list("Form pages", (f"{s.title} `{s.name}`" for s in form_spec(item.form).sections))
    yield from _list("Materials", (f"{m.code} {m.title}" for m in item.materials))
    yield from _list("Steps", (f"{s.title} `{s.code}` ({s.desk.role})" for s in item.process.steps))
    yield from _list("Clocks", (f"{one.title} `{one.code}`" for one in item.process.limits))
    yield from _list("Documents", (f"{d.title} `{d.code}`" for d in item.documents))
    yield from _list("Tells", dict.fromkeys(f"`{t.link}.{t.name}`" for t in item.sharing))
    if item.evidence is not None:
        yield from _list("Evidence", (f"`{a.record}.{a.call}`" for a in item.evidence.attests))
    yield ""
    yield "| rule | law | what it asks | tests |"
    yield "|---|---|---|---|"
    yield from (_rule(rule, tests) for rule in item.rules)


def _list(title: str, entries: Iterable[str]) -> Iterator[str]:
    told = "、".join(entries)
    if told:
        yield f"- {title}: {told}"


def _rule(rule: Rule, tests: Tests) -> str:
    story = (rule.check.__doc__ or "").strip().splitlines()
    where = "<br>".join(_link(path) for path in tests.get(rule.id, ())) or "none"
    return f"| {rule.id} | {'、'.join(rule.law) or '—'} | {_cell(story[0] if story else '—')} | {where} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _link(path: str) -> str:
    return f"[{path}](../{path})"
