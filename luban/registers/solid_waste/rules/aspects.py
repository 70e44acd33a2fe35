"""The three aspects of the review sheet a clause belongs to (一般固体废物 2B.7); some belong to two."""

from __future__ import annotations

SOURCE, PROCESS, END = "source", "process", "end"
SOURCE_AND_END = f"{SOURCE} {END}"
TRANSFER = "transfer"
"""Stands for the article the transfer rests on, until an item names it."""
