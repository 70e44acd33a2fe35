"""Demonstration cases: what a newcomer finds in a fresh house, filed and decided the way persons do it.

An item that has a `demo.yaml` in its folder is shown with the cases written there: a draft filled in and ready to be
signed, a case that waits at a desk, a licence that was granted. Days are written relative to today (`{today+14}`,
`{year_end}`), so that a house started on any day is shown with cases that could be filed on that day. Everything goes
through the functions the pages call: drafts, papers, the seal service, submission, acts.
"""

from luban.stages.demo.load import load
from luban.stages.demo.written import DemoCase, read_demo

__all__ = ["DemoCase", "load", "read_demo"]
