"""`luban try ITEM CASES.yaml`: run an item on written cases, without a database, and print JSON."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from config.discovery import discover
from luban.cases.facts import NoProvider
from luban.kit import registry
from luban.kit.book import BookError
from luban.kit.item import ItemFault
from luban.kit.laws import UnknownLaw
from luban.kit.parameters import ParameterKind, UnknownParameter
from luban.stages.trial import Result, TrialFault, read_cases, try_cases

HELP = "不用数据库，按案例文件试办一个事项，结果以 JSON 输出"
NEEDS_DJANGO = False
MISTAKES = (
    TrialFault,
    OSError,
    ItemFault,
    BookError,
    NoProvider,
    UnknownLaw,
    UnknownParameter,
    ParameterKind,
)
"""What whoever writes an item or its cases can mend: said in a line, without a traceback."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the item and the case file."""
    parser.add_argument("item", help="事项编码，例如 solid_waste_utilisation")
    parser.add_argument("cases", type=Path, help="案例文件（YAML），格式见 docs/luban-try.md")
    parser.add_argument("--only", default="", help="只办名称含有这段文字的案例")


def run(arguments: argparse.Namespace) -> int:
    """Print every result; 0 when all came as expected, 1 when one differs, 2 when item or file cannot be used."""
    try:
        discover()
        item = registry.get(arguments.item)
        cases = [c for c in read_cases(arguments.cases) if arguments.only in c.name]
        results = try_cases(item=item, cases=cases)
    except registry.UnknownItem as unknown:
        known = "、".join(i.code for i in registry.all_items())
        sys.stderr.write(f"没有编码为“{unknown}”的事项，现有：{known}\n")
        return 2
    except MISTAKES as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    json.dump([asdict(r) for r in results], sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")
    differing = [r for r in results if r.differences]
    sys.stderr.writelines(f"{line}\n" for r in differing for line in said(r))
    return 1 if differing else 0


def said(result: Result) -> list[str]:
    """What differs in a case, line by line, and what was refused on the way."""
    refused = [f"{one['on']} {one['act']} refused: {one['code']} {one['message']}" for one in result.refused]
    return [f"{result.name}: {line}" for line in (*result.differences, *refused)]
