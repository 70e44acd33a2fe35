"""`luban prefill ITEM`: how much of an item's form fills itself in."""

import argparse
import importlib

from config.discovery import discover
from luban.stages.fill import command
from luban.stages.fill.command import HELP, NEEDS_DJANGO, add_arguments

__all__ = ["HELP", "NEEDS_DJANGO", "add_arguments", "run"]


def run(arguments: argparse.Namespace) -> int:
    """Discover the items and what registers offer, then count."""
    discover()
    return command.run(arguments, offers=importlib.import_module("luban.cases.house").prefills())
