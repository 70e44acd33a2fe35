"""`luban verify`: has anything been touched? Names the row; the exit code says whether all is well."""

import argparse
import importlib
import os
import sys
import time

from luban.trust.keys import KeyMissing

HELP = "核对数据行校验码、审计日志、办件经过、盖章文书和证照是否被改动过"
NEEDS_DJANGO = True
SHOWN = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare --rows and --ledger."""
    parser.add_argument(
        "--rows", action="store_true", help="只核对数据行校验码、经过与审计日志（快，不读文件、不重算证照）"
    )
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, help="--rows 用几个进程（默认每核一个）"
    )
    parser.add_argument(
        "--ledger", nargs="?", const="", metavar="办件编号", help="与区块链存证核对（全部，或一件）"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print what was looked at and every fault; 1 when there is one, 2 when there is no key to check with."""
    if arguments.ledger is not None:
        reported = importlib.import_module("luban.stages.chain.report").report(number=arguments.ledger)
        sys.stdout.writelines(f"{line}\n" for line in reported.lines)
        return 0 if reported.well else 1
    began = time.monotonic()
    try:
        if arguments.rows and arguments.processes > 1:
            apart = importlib.import_module("luban.stages.integrity.apart")
            result = apart.check_apart(processes=arguments.processes)
        else:
            result = importlib.import_module("luban.stages.integrity.check").check_all(
                rows_only=arguments.rows
            )
    except KeyMissing as missing:
        sys.stderr.write(f"无法核对：{missing}\n")
        return 2
    for fault in result.faults[:SHOWN]:
        sys.stdout.write(f"✗ {fault.table}：{fault.row}：{fault.problem}\n")
    if len(result.faults) > SHOWN:
        sys.stdout.write(f"……另有 {len(result.faults) - SHOWN} 处未列出。\n")
    sys.stdout.write(
        f"已核对办件 {result.cases} 件、经过 {result.events} 条、文书 {result.papers} 份、证照 {result.licences} 份、存证 {result.evidence} 条，"
        f"带校验码的数据行 {result.rows} 行、审计日志 {result.lines} 条，"
        f"用时 {time.monotonic() - began:.1f} 秒，发现问题 {len(result.faults)} 处。\n"
    )
    return 1 if result.faults else 0
