"""`luban chain status|acknowledge|index`: the bound chain, what waits; a person lets writing go on after an alarm."""

import argparse
import importlib
import sys
from typing import Any

HELP = "区块链：查看状态；查清告警后恢复上链；补读索引"
NEEDS_DJANGO = True
MOST_REASON = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do."""
    parser.add_argument(
        "what", choices=("status", "acknowledge", "index"), help="查看 / 确认告警 / 把索引读到最新"
    )
    parser.add_argument("--reason", default="", help="acknowledge 必填：核查的结论，记入审计日志")
    parser.add_argument("--by", default="", help="acknowledge 必填：谁核查的")


def run(arguments: argparse.Namespace) -> int:
    """0 when all is well or done; 1 when there is an alarm, the chain does not answer, or something is missing."""
    if arguments.what == "acknowledge":
        return _acknowledge(arguments.by.strip(), arguments.reason.strip())
    if arguments.what == "index":
        return _index()
    return _status()


def _status() -> int:
    told = importlib.import_module("luban.stages.chain.state").state_lines()
    sys.stdout.writelines(f"{line}\n" for line in told.lines)
    return 0 if told.well else 1


def _acknowledge(by: str, reason: str) -> int:
    if not by or not reason or len(reason) > MOST_REASON:
        return _failed(f"请用 --by 写明谁核查、用 --reason 写明核查的结论（{MOST_REASON} 字以内）。")
    problem = importlib.import_module("luban.stages.chain.state").acknowledge(by=by, reason=reason)
    if problem:
        return _failed(problem)
    sys.stdout.write("已确认告警，恢复上链；理由已记入审计日志。\n")
    return 0


def _index() -> int:
    chain: Any = importlib.import_module("luban.ledger.chain")
    port: Any = importlib.import_module("luban.ledger.port")
    try:
        connected = importlib.import_module("luban.ledger.connection").connect()
        advance = importlib.import_module("luban.ledger.index").advance_index
        while (found := advance(port=connected)).behind:
            sys.stdout.write(f"已读到第 {found.height} 块，共 {found.final} 块……\n")
    except (port.ChainUnavailable, chain.ChainReplaced) as stopped:
        return _failed(str(stopped))
    sys.stdout.write(f"索引已读到第 {found.height} 块。\n")
    return 0


def _failed(problem: str) -> int:
    sys.stderr.write(f"{problem}\n")
    return 1
