"""`luban admin add ACCOUNT --role … --name …`, `luban admin password ACCOUNT`: administrators, from the machine itself."""

import argparse
import importlib
import sys

from luban.kit.refusal import Refused

HELP = "在服务器上添加系统、安全、审计管理员，或重设其一次性密码"
NEEDS_DJANGO = True
ROLES = ("sys_admin", "security_admin", "auditor")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the two words."""
    words = parser.add_subparsers(dest="word", required=True, metavar="做什么")
    add = words.add_parser("add", help="添加一位管理员")
    add.add_argument("account")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--name", required=True, help="姓名")
    again = words.add_parser("password", help="重设一位管理员的密码")
    again.add_argument("account")


def run(arguments: argparse.Namespace) -> int:
    """0 and the password for one use; 1 with the reason otherwise."""
    recovery = importlib.import_module("luban.people.recovery")
    directory = importlib.import_module("luban.people.directory")
    mistake = importlib.import_module("django.core.exceptions").ValidationError
    try:
        if arguments.word == "add":
            directory.install_bureaus()
            word = recovery.add_administrator(
                username=arguments.account, name=arguments.name, role=arguments.role
            )
        else:
            word = recovery.new_password(username=arguments.account)
    except (Refused, mistake) as wrong:
        sys.stderr.write(f"没有办成：{wrong}\n")
        return 1
    sys.stdout.write(f"一次性密码：{word}\n首次登录时须绑定动态口令并设置新密码。\n")
    return 0
