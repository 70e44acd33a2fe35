"""`luban play ITEM CASES.yaml --only NAME`: play a written case in the running house."""

import argparse
import importlib
import sys
from pathlib import Path

from luban.kit import registry
from luban.kit.refusal import Refused
from luban.stages.trial import TrialFault, read_cases

HELP = "在运行中的平台上按案例办一件：真实入库、盖章、推送、可扫码核验"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the item, the case file and the case."""
    parser.add_argument("item", help="事项编码")
    parser.add_argument("cases", type=Path, help="案例文件（YAML）")
    parser.add_argument("--only", required=True, help="案例名称，或其中一段文字；取第一个符合的")


def run(arguments: argparse.Namespace) -> int:
    """Print the case's number and state; 2 when the file or the case cannot be used, 1 when the house refuses."""
    try:
        item = registry.get(arguments.item)
        entry = next(c for c in read_cases(arguments.cases) if arguments.only in c.name)
        played = importlib.import_module("luban.stages.trial.play").play(item=item, entry=entry)
    except Refused as refused:
        sys.stderr.write(f"{refused.message}\n")
        return 1
    except (registry.UnknownItem, TrialFault, OSError, StopIteration) as fault:
        sys.stderr.write(f"没有可办的案例：{fault}\n")
        return 2
    sys.stdout.write(f"{played.number}　{played.state}（{played.step}）\n")
    return 0
