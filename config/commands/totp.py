"""`luban totp ACCOUNT`: the one-time code of a demonstration administrator at this moment."""

import argparse
import importlib
import sys

HELP = "演示管理员此刻的动态口令（只在演示环境）"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the account."""
    parser.add_argument("account", help="sys_admin、security_admin 或 auditor")


def run(arguments: argparse.Namespace) -> int:
    """0 and the code; 1 outside a demonstration or for any other account."""
    settings = importlib.import_module("django.conf").settings
    accounts = importlib.import_module("luban.people.models").Account.objects
    row = accounts.filter(username=arguments.account, kind="operator", demo=True).first()
    if not settings.LUBAN_DEMO or row is None:
        sys.stderr.write("只在演示环境、只给演示管理员账号计算动态口令。\n")
        return 1
    totp = importlib.import_module("luban.people.totp")
    sys.stdout.write(f"{totp.code_now(account=row)}\n")
    return 0
