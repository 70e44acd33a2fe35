"""Finding the service items and bundles: one folder each, nothing else to edit.

Every `luban/items/<name>/item.py` holds `ITEM`, every `luban/bundles/<name>/bundle.py` holds `BUNDLE`. They are
handed to the registry in alphabetical order; a mistake in one names the folder and stops the start. Items of one
authority's own may stand outside the checkout: LUBAN_ITEMS names further folders, which come last.
"""

import importlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType

from config.environment import BASE, item_folders
from luban import items
from luban.cases.shipped import dictionaries
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item, ItemFault, assemble
from luban.links.registry import UnknownMessage, find
from luban.people.roles import ROLES
from luban.registers.book.shipped import add_rows, laws_of, parameters_of, shipped_books


def names(kind: str, *, base: Path = BASE) -> list[str]:
    """The modules to import for `kind` ("item" or "bundle"), such as luban.items.soil_report.item, sorted."""
    folder = base / "luban" / f"{kind}s"
    return [f"luban.{kind}s.{path.parent.name}.{kind}" for path in sorted(folder.glob(f"*/{kind}.py"))]


@cache
def discover() -> tuple[str, ...]:
    """Import every item and bundle once, check that its parts fit, register it; return the modules' names.

    Raises ItemFault or ImportError naming the folder at fault.
    """
    found = [*names("item"), *names("bundle"), *_outside()]
    for module_name in found:
        admit(module_name)
    return tuple(found)


def _outside() -> list[str]:
    """The modules of items outside the checkout, importable from now on as if they stood in luban/items."""
    found = []
    for folder in item_folders():
        items.__path__.append(str(folder))
        found += [f"luban.items.{path.parent.name}.item" for path in sorted(folder.glob("*/item.py"))]
    return found


def admit(module_name: str) -> None:
    """Import one item or bundle, check that its parts fit, and register it."""
    kind = module_name.rsplit(".", 1)[1]
    module = importlib.import_module(module_name)
    try:
        declared = getattr(module, kind.upper())
    except AttributeError as error:
        raise ImportError(f"{module_name} must define {kind.upper()}") from error
    if kind == "bundle":
        registry.register_bundle(declared)
        return
    item = _placed(declared, module)
    books = shipped_books()
    assemble(
        item,
        laws=laws_of(books, today=clock.today()),
        parameters=parameters_of(books),
        dictionaries=dictionaries(),
    )
    if strange := [*_unknown_roles(item), *_unknown_messages(item)]:
        raise ItemFault(f"item {item.code} does not fit together: " + "; ".join(strange))
    registry.register(item)


def _unknown_roles(item: Item) -> Iterator[str]:
    """Desks nobody can ever sit at."""
    for role in dict.fromkeys(desk.role for desk in item.process.desks if desk.at != "system"):
        if role not in ROLES:
            yield f"unknown role {role}"


def _unknown_messages(item: Item) -> Iterator[str]:
    """Messages no partner takes."""
    for told in item.sharing:
        try:
            find(link=told.link, name=told.name)
        except UnknownMessage as unknown:
            yield str(unknown)


def _placed(item: Item, module: ModuleType) -> Item:
    """The item with its folder, and the rows it ships merged into the registers."""
    folder = Path(str(module.__file__)).parent
    add_rows(folder=folder, item=item.code)
    return replace(item, folder=folder)
