"""`luban person FILE --value … --reason …`: what the platform holds about a person, as a JSON file."""

import argparse
import importlib
import os
import sys
from pathlib import Path

from luban.kit.refusal import Refused
from luban.trust.keys import KeyMissing

HELP = "导出平台保存的某一个人的信息（按完整号码精确查找，记入审计日志）"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare file, number and reason."""
    parser.add_argument("file", type=Path, help="写入的文件（JSON）")
    parser.add_argument("--value", required=True, help="完整的手机号、证件号等")
    parser.add_argument("--reason", required=True, help="理由，记入审计日志")


def run(arguments: argparse.Namespace) -> int:
    """0 when written; 1 with the reason otherwise."""
    page = importlib.import_module("luban.faces.office.audit_person")
    trail = importlib.import_module("luban.people.trail")
    actor = importlib.import_module("luban.people.actor").Actor.system()
    try:
        value, reason = page.checked(arguments.value, arguments.reason)
        found = list(page.held_about(value=value))
        trail.audit(
            actor=actor,
            action="person.export",
            target=f"person:{page.mask(value)}",
            detail={"reason": reason, "found": len(found), "by": os.environ.get("USER", "")},
        )
        handle = os.open(arguments.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as target:
            target.writelines(page.lines(found))
    except (Refused, KeyMissing, OSError) as failed:
        sys.stderr.write(f"没有导出：{failed}\n")
        return 1
    sys.stdout.write(f"找到 {len(found)} 处，已写入 {arguments.file}（仅本用户可读）。\n")
    return 0
