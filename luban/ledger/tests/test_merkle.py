"""Merkle trees: every leaf leads to the root, nothing else does, the path of 100,000 leaves stays short."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luban.ledger.history import Head, Proof
from luban.ledger.merkle import leaf, levels, node, path, root_from
from luban.trust.digest import sm3_bytes


def contents(n: int) -> list[bytes]:
    return [f"case {i}".encode() for i in range(n)]


def recursive(leaves: list[bytes]) -> bytes:
    """The tree as RFC 6962 defines it: split at the largest power of two below the number of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node(recursive(leaves[:split]), recursive(leaves[split:]))


@given(st.integers(min_value=1, max_value=70))
def test_the_root_is_that_of_rfc_6962(n: int) -> None:
    leaves = [leaf(c) for c in contents(n)]
    assert levels(leaves)[-1] == [recursive(leaves)]


@given(st.integers(min_value=1, max_value=70), st.data())
def test_every_leaf_leads_to_the_root_and_only_in_its_place(n: int, data: st.DataObject) -> None:
    said = contents(n)
    tree = levels([leaf(c) for c in said])
    root = tree[-1][0]
    position = data.draw(st.integers(min_value=0, max_value=n - 1))
    siblings = path(tree, position)
    assert root_from(content=said[position], position=position, leaves=n, siblings=siblings) == root
    assert root_from(content=b"other", position=position, leaves=n, siblings=siblings) != root
    other = (position + 1) % n
    if other != position:
        with contextlib.suppress(ValueError):
            assert root_from(content=said[position], position=other, leaves=n, siblings=siblings) != root


def test_a_path_of_another_tree_is_refused() -> None:
    tree = levels([leaf(c) for c in contents(5)])
    for position, leaves, siblings in (
        (5, 5, b""),
        (0, 5, path(tree, 0)[:-32]),
        (0, 5, path(tree, 0) + b"\0" * 32),
    ):
        with pytest.raises(ValueError, match="path"):
            root_from(content=b"case 0", position=position, leaves=leaves, siblings=siblings)
    with pytest.raises(ValueError, match="leaf"):
        levels([])


def test_a_leaf_is_no_node() -> None:
    left, right = leaf(b"a"), leaf(b"b")
    assert leaf(left + right) != node(left, right)
    assert leaf(b"a") != sm3_bytes(b"a")


def test_the_proof_of_one_in_a_hundred_thousand_is_below_two_kilobytes() -> None:
    heads = [Head(f"00000000-0000-4000-8000-{n:012d}", 7, f"{n:064x}") for n in range(100_000)]
    tree = levels([leaf(head.content) for head in heads])
    proof = Proof(
        head=heads[77_777],
        position=77_777,
        leaves=len(heads),
        path=path(tree, 77_777),
        root=tree[-1][0].hex(),
        batch_id="b" * 64,
        contract="HistoryAnchor",
        tx_hash="0x" + "c" * 64,
        block_number=123_456,
        confirmed=True,
    )
    assert proof.holds()
    assert len(str(proof.as_json())) <= 2048
