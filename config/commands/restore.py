"""`luban restore FILE`: put a backup in place, compare heads, verify everything."""

import argparse
import importlib
import sys
from pathlib import Path

from config.commands import verify
from luban.trust.envelope import EnvelopeBroken
from luban.trust.keys import KeyMissing

HELP = "从备份恢复数据库和文件，随后逐项核对"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the file."""
    parser.add_argument("file", type=Path, help="luban backup 写出的文件")
    parser.add_argument("--replace", action="store_true", help="覆盖现有的办件、日志和台账")
    parser.add_argument("--rows", action="store_true", help="恢复后只做快的核对（见 luban verify --rows）")


def run(arguments: argparse.Namespace) -> int:
    """0 when everything is as it was backed up; 1 otherwise."""
    try:
        restore = importlib.import_module("luban.stages.backup.restore").restore
        done = restore(source=arguments.file, replace=arguments.replace)
    except (KeyMissing, EnvelopeBroken, OSError, RuntimeError) as failed:
        sys.stderr.write(f"没有恢复：{failed}\n")
        return 1
    sys.stdout.write(
        f"已恢复 {done.taken_at} 的备份：办件 {done.heads.cases} 件、日志 {done.heads.lines} 条、文件 {done.files} 份，"
        "办件首尾摘要与备份时一致。\n"
    )
    sys.stdout.writelines(f"{line}\n" for line in done.chain)
    words = argparse.ArgumentParser()
    verify.add_arguments(words)
    return verify.run(words.parse_args(["--rows"] if arguments.rows else []))
