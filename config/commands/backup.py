"""`luban backup FILE`: the database and every stored file in one encrypted file; `--check` reads one to its end."""

import argparse
import importlib
import sys
from pathlib import Path

from luban.trust.envelope import EnvelopeBroken
from luban.trust.keys import KeyMissing

HELP = "备份数据库和全部文件到一个加密文件（SM4）；密钥须另行保管"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the file."""
    parser.add_argument("file", type=Path, help="备份文件，例如 /backup/luban-20260302.lbb")
    parser.add_argument("--check", action="store_true", help="不备份，只把这个备份文件从头到尾核对一遍")


def run(arguments: argparse.Namespace) -> int:
    """0 when written (or whole); 1 otherwise, with the reason."""
    try:
        if arguments.check:
            manifest = importlib.import_module("luban.stages.backup.restore").checked(source=arguments.file)
            sys.stdout.write(f"备份完整：{manifest['at']}，办件 {manifest['heads']['cases']} 件。\n")
            return 0
        write = importlib.import_module("luban.stages.backup.write").write_backup
        done = write(target=arguments.file, say=lambda line: sys.stdout.write(f"  {line}\n"))
    except (KeyMissing, EnvelopeBroken, OSError, RuntimeError) as failed:
        sys.stderr.write(f"没有备份成功：{failed}\n")
        return 1
    sys.stdout.write(
        f"已备份到 {done.path}（{done.bytes / 1e6:.1f} MB）：办件 {done.heads.cases} 件、表 {done.tables} 张、"
        f"文件 {done.files} 份。\n密钥不在备份里：请把密钥目录（var/keys，或密码服务的密钥）另行备份、分开保管。\n"
    )
    return 0
