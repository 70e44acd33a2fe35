"""The house's own rules that no linter knows: `python tests/shape.py` lists every breach, `make check` fails on one.

Each rule is a function from a parsed file to breaches. Layers and forbidden imports are import-linter's business
(pyproject.toml); names, formatting and dead code are ruff's.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("luban", "config", "sandbox", "sdk")
CODE = (*PRODUCT, "tests", "benchmarks")
FILE_LINES, FUNCTION_LINES, USUAL_FUNCTION_LINES = 400, 60, 40
LONG_FUNCTIONS_SHARE = 0.05
NAMELESS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b")
# Readings of the machine's clock; the product asks luban.kit.clock.
CLOCK_READINGS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("timezone", "now"),
    ("timezone", "localtime"),
    ("timezone", "localdate"),
}
CLOCK_HOME = "luban/kit/clock.py"
DATABASE_CLOCKS = {"auto_now", "auto_now_add"}
SIGNALS = ("django.dispatch", "django.db.models.signals", "django.core.signals")
# Where an item's code must not appear: whatever serves all items serves each by its declaration.
ITEM_BLIND = ("faces", "ui", "stages", "cases", "kit", "registers", "links")
ITEM_BLIND_EXEMPT = {"tests", "seeds", "docs", "migrations"}
INLINE = re.compile(
    r"""<style\b|\sstyle\s*=\s*["']|\son[a-z]+\s*=\s*["']|javascript:|<script\b(?![^>]*\b(src|type="application/json"))""",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Breach:
    """One broken rule: file relative to the root, line (0 = whole file), what is wrong."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Source:
    """A parsed Python file."""

    path: str
    text: str
    tree: ast.Module

    @property
    def parts(self) -> tuple[str, ...]:
        """The path's parts, folders first."""
        return Path(self.path).parts

    @property
    def is_test(self) -> bool:
        """Whether the file is test code."""
        return "tests" in self.parts or self.parts[-1] == "conftest.py"

    @property
    def is_migration(self) -> bool:
        """Whether the file is a database migration."""
        return "migrations" in self.parts

    def breach(self, node: ast.AST, message: str) -> Breach:
        """A breach at `node`."""
        return Breach(self.path, getattr(node, "lineno", 0), message)


def file_length(source: Source) -> Iterator[Breach]:
    """A file has at most FILE_LINES lines."""
    lines = source.text.count("\n")
    if lines > FILE_LINES and not source.is_migration:
        yield Breach(source.path, lines, f"{lines} lines, {FILE_LINES} allowed: split it by subject")


def function_length(source: Source) -> Iterator[Breach]:
    """A function has at most FUNCTION_LINES lines."""
    for node, lines in _functions(source):
        if lines > FUNCTION_LINES:
            yield source.breach(node, f"function {node.name} has {lines} lines, {FUNCTION_LINES} allowed")


def module_name(source: Source) -> Iterator[Breach]:
    """A module is named after its subject."""
    for part in source.parts:
        if part.removesuffix(".py") in NAMELESS:
            yield Breach(source.path, 0, f"“{part}” says nothing: name the module after its subject")


def docstring(source: Source) -> Iterator[Breach]:
    """Every module tells its story."""
    if not source.is_migration and ast.get_docstring(source.tree) is None:
        yield Breach(source.path, 1, "the module has no docstring")


def clock(source: Source) -> Iterator[Breach]:
    """Only the clock object reads the time, and no column fills itself with it."""
    if source.is_test or source.path == CLOCK_HOME or source.parts[0] not in {"luban", "sandbox"}:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            if (name, node.func.attr) in CLOCK_READINGS:
                yield source.breach(node, f"{name}.{node.func.attr}(): ask luban.kit.clock.clock instead")
        if isinstance(node, ast.keyword) and node.arg in DATABASE_CLOCKS:
            yield source.breach(node.value, f"{node.arg}: times come from luban.kit.clock.clock")


def imports_on_top(source: Source) -> Iterator[Breach]:
    """Imports stand at the top: a circle is cut, not hidden."""
    if source.is_test:
        return
    for function, _ in _functions(source):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield source.breach(node, f"import inside {function.name}: move it to the top")


def signals(source: Source) -> Iterator[Breach]:
    """The business does not flow through signals, nor through models looked up by name."""
    if source.is_migration:
        return
    for node in ast.walk(source.tree):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        if any(module.startswith(SIGNALS) for module in modules):
            yield source.breach(node, "no signals: call the function")
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "apps.get_model":
            yield source.breach(node, "apps.get_model outside a migration: import the model")


def item_comparison(source: Source) -> Iterator[Breach]:
    """Nothing asks which item it has before it."""
    if source.parts[0] != "luban" or source.is_test:
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        named = {ast.unparse(side) for side in sides if isinstance(side, ast.Attribute | ast.Name)}
        constant = any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in sides)
        if constant and any(re.search(r"(^|[._])item(\.code|_code)$", name) for name in named):
            yield source.breach(node, "comparison with an item's code: let the item declare the difference")


def inline_markup(source: Source) -> Iterator[Breach]:
    """Markup made in Python keeps the content security policy too."""
    if source.parts[:2] not in {("luban", "ui"), ("luban", "faces")} or source.is_test:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and INLINE.search(node.value):
            yield source.breach(node, "inline style or script: the content security policy refuses it")


PYTHON_RULES: tuple[Callable[[Source], Iterator[Breach]], ...] = (
    file_length,
    function_length,
    module_name,
    docstring,
    clock,
    imports_on_top,
    signals,
    item_comparison,
    inline_markup,
)


def long_functions_share(sources: list[Source]) -> Iterator[Breach]:
    """Functions are mostly shorter than USUAL_FUNCTION_LINES."""
    functions = [(source, node, lines) for source in sources for node, lines in _functions(source)]
    long = [entry for entry in functions if entry[2] > USUAL_FUNCTION_LINES]
    if len(long) > LONG_FUNCTIONS_SHARE * len(functions):
        worst = ", ".join(f"{source.path}:{node.name} {lines}" for source, node, lines in long[:10])
        yield Breach(
            ".", 0, f"{len(long)} of {len(functions)} functions exceed {USUAL_FUNCTION_LINES} lines: {worst}"
        )


def packages(root: Path) -> Iterator[Breach]:
    """A folder of the product with Python in it is a package; a tests folder is not."""
    for path in _files(root, ("luban", "config", "sandbox"), ".py"):
        folder = path.parent
        relative = folder.relative_to(root)
        has_init = (folder / "__init__.py").exists()
        if "tests" in relative.parts and path.name == "__init__.py":
            yield Breach(str(path.relative_to(root)), 0, "a tests folder has no __init__.py")
        if "tests" not in relative.parts and not has_init:
            yield Breach(str(path.relative_to(root)), 0, f"{relative} has no __init__.py")


def item_codes(root: Path) -> Iterator[Breach]:
    """The name of an item's folder appears nowhere in what serves all items."""
    codes = sorted(path.parent.name for path in (root / "luban" / "items").glob("*/item.py"))
    if not codes:
        return
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, codes)) + r")\b")
    for part in ITEM_BLIND:
        for suffix in (".py", ".html", ".js"):
            for path in _files(root, (f"luban/{part}",), suffix):
                relative = path.relative_to(root)
                if ITEM_BLIND_EXEMPT & set(relative.parts) or path.stem in ITEM_BLIND_EXEMPT | {"demo"}:
                    continue
                for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                    if match := pattern.search(line):
                        yield Breach(
                            str(relative), number, f"names the item {match[1]}: only its own folder may"
                        )


def templates(root: Path) -> Iterator[Breach]:
    """Templates hold no inline style, script or event handler."""
    for path in _files(root, PRODUCT, ".html"):
        text = path.read_text(encoding="utf-8")
        for match in INLINE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield Breach(str(path.relative_to(root)), line, f"inline style or script: {match[0].strip()}")


def unfinished(root: Path) -> Iterator[Breach]:
    """Nothing is left for later."""
    for suffix in (".py", ".html", ".js", ".css", ".typ", ".sol", ".toml"):
        for path in _files(root, CODE, suffix):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if match := UNFINISHED.search(line):
                    yield Breach(str(path.relative_to(root)), number, f"{match[1]}: finish it or drop it")


def breaches(root: Path) -> list[Breach]:
    """All breaches under `root`, in the order of the files."""
    paths = [*_files(root, CODE, ".py"), *root.glob("conftest.py")]
    sources = [
        Source(path=str(path.relative_to(root)), text=text, tree=ast.parse(text))
        for path in paths
        for text in [path.read_text(encoding="utf-8")]
    ]
    found = [breach for source in sources for rule in PYTHON_RULES for breach in rule(source)]
    found += long_functions_share(sources)
    for rule in (packages, item_codes, templates, unfinished):
        found += rule(root)
    return sorted(set(found), key=lambda breach: (breach.path, breach.line, breach.message))


def _functions(source: Source) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    """The functions of a file with their number of lines, docstring not counted."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            told = ast.get_docstring(node) is not None
            story = (first.end_lineno or first.lineno) - first.lineno + 1 if told else 0
            yield node, (node.end_lineno or node.lineno) - node.lineno + 1 - story


def _files(root: Path, folders: tuple[str, ...], suffix: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((root / folder).rglob(f"*{suffix}")):
            if "node_modules" not in path.parts and path.is_file():
                yield path


def main() -> int:
    """Print the breaches; 1 when there are any."""
    found = breaches(ROOT)
    sys.stdout.writelines(f"{breach}\n" for breach in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
