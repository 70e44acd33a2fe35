"""Merkle trees over SM3 (the shape of RFC 6962): one root stands for any number of leaves, a short path proves one.

Leaves and inner nodes are hashed with different first bytes, so that no inner node can pass for a leaf. A node
without a partner moves up as it is: no leaf counts twice. All values here are 32 raw bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

from luban.trust.digest import sm3_bytes

SIZE = 32
_LEAF, _NODE = b"\x00", b"\x01"


def leaf(content: bytes) -> bytes:
    """The hash of a leaf."""
    return sm3_bytes(_LEAF + content)


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours."""
    return sm3_bytes(_NODE + left + right)


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """All levels of the tree, leaves first, the root alone in the last. Raises ValueError for no leaves."""
    if not leaves:
        raise ValueError("a tree needs a leaf")
    built = [list(leaves)]
    while len(built[-1]) > 1:
        below = built[-1]
        above = [node(below[n], below[n + 1]) for n in range(0, len(below) - 1, 2)]
        if len(below) % 2:
            above.append(below[-1])
        built.append(above)
    return built


def path(tree: Sequence[Sequence[bytes]], position: int) -> bytes:
    """The siblings from leaf `position` up to the root, one after another, 32 bytes each."""
    found = bytearray()
    for level in tree[:-1]:
        sibling = position ^ 1
        if sibling < len(level):
            found += level[sibling]
        position //= 2
    return bytes(found)


def root_from(*, content: bytes, position: int, leaves: int, siblings: bytes) -> bytes:
    """The root to which a leaf's content and its path lead. Raises ValueError for a path of another length."""
    if not 0 <= position < leaves or len(siblings) % SIZE:
        raise ValueError("the path does not belong to a tree of this size")
    parts = [siblings[n : n + SIZE] for n in range(0, len(siblings), SIZE)]
    here, width = leaf(content), leaves
    while width > 1:
        if position ^ 1 < width:
            if not parts:
                raise ValueError("the path is too short")
            sibling = parts.pop(0)
            here = node(sibling, here) if position % 2 else node(here, sibling)
        position, width = position // 2, (width + 1) // 2
    if parts:
        raise ValueError("the path is too long")
    return here
