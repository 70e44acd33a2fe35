"""`luban verify`: has anything been touched? Names the row; the exit code says whether all is well."""

import argparse
import importlib
import sys

HELP = "核对办件经过、盖章文书和证照是否被改动过"
NEEDS_DJANGO = True
SHOWN = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(arguments: argparse.Namespace) -> int:
    """Print what was looked at and every fault; 1 when there is one."""
    result = importlib.import_module("luban.stages.integrity.check").check_all()
    for fault in result.faults[:SHOWN]:
        sys.stdout.write(f"✗ {fault.table}：{fault.row}：{fault.problem}\n")
    if len(result.faults) > SHOWN:
        sys.stdout.write(f"……另有 {len(result.faults) - SHOWN} 处未列出。\n")
    sys.stdout.write(
        f"已核对办件 {result.cases} 件、经过 {result.events} 条、文书 {result.papers} 份、证照 {result.licences} 份、存证 {result.evidence} 条，"
        f"发现问题 {len(result.faults)} 处。\n"
    )
    return 1 if result.faults else 0
