"""`luban manage …`: Django's own commands (makemigrations, shell, …) with the house's settings."""

import argparse

from django.core.management import execute_from_command_line

HELP = "Django 管理命令，例如 luban manage makemigrations"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything after `manage` is passed on."""
    parser.add_argument("rest", nargs=argparse.REMAINDER)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    execute_from_command_line(["luban manage", *arguments.rest])
    return 0
