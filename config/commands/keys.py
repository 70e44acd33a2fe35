"""`luban keys status|rotate|renew`: which keys are in use, new ones, and everything written anew under them."""

import argparse
import importlib
import sys

from luban.kit.refusal import Refused
from luban.trust.keys import KeyMissing

HELP = "密钥：查看、更换（旧数据仍可读），并把旧数据逐步改用新密钥"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do."""
    parser.add_argument(
        "what", choices=("status", "rotate", "renew"), help="查看 / 更换 / 改用新密钥（可中断、可重复）"
    )
    parser.add_argument("--here", action="store_true", help="rotate 后就在本进程改完，不交给后台任务")


def run(arguments: argparse.Namespace) -> int:
    """0 when done; 1 when a touched row or a lost key stood in the way, with the reason."""
    try:
        if arguments.what == "rotate":
            _rotate()
            if not arguments.here:
                importlib.import_module("luban.stages.integrity.jobs").ask_for_renewal()
                sys.stdout.write("旧数据由后台任务逐步改用新密钥，期间照常办理；进度：luban keys status\n")
                return 0
        if arguments.what != "status":
            _renew()
        _status()
    except (KeyMissing, Refused) as stopped:
        sys.stderr.write(f"{stopped}\n")
        return 1
    return 0


def _rotate() -> None:
    keys = importlib.import_module("luban.trust.ring").keys()
    data, codes = keys.rotate(), keys.rotate_hmac()
    audit = importlib.import_module("luban.people.trail").audit
    actor = importlib.import_module("luban.people.actor").Actor.system()
    audit(actor=actor, action="key.rotate", target="keys", detail={"data": data, "hmac": codes})
    sys.stdout.write(f"已启用新密钥：数据密钥 {data}，校验与索引密钥 {codes}。请立即备份密钥。\n")


def _renew() -> None:
    rekey = importlib.import_module("luban.stages.integrity.rekey")
    total = 0
    while done := rekey.renew_some():
        total += done
        sys.stdout.write(f"已改用新密钥 {total} 处……\n")


def _status() -> None:
    keys = importlib.import_module("luban.trust.ring").keys()
    left = importlib.import_module("luban.stages.integrity.rekey").left()
    sys.stdout.write(f"当前数据密钥 {keys.current_kid}，校验与索引密钥 {keys.current_hmac_kid}。\n")
    for title, count in left.items():
        sys.stdout.write(f"  {title}：还有 {count} 处在旧密钥下\n")
    if not left:
        sys.stdout.write("  全部数据都在当前密钥下。\n")
