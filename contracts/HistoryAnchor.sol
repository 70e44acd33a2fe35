// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.11;

import "./Records.sol";

/// Roots of Merkle trees over history checkpoints: one transaction stands for any number of cases.
///
/// Each organisation's roots form a chain, so that none can be left out unnoticed. Trees and proofs are SM3, off chain.
contract HistoryAnchor is Records {
    struct Anchor {
        bytes32 orgId;
        uint32 seq;
        bytes32 root;
        bytes32 prevRoot;
        uint32 leaves;
        uint64 occurredAt;
        uint64 anchoredAt;
    }

    mapping(bytes32 => Anchor) private anchors;
    mapping(bytes32 => mapping(uint32 => bytes32)) private batches;
    mapping(bytes32 => uint32) private counts;

    event RootAnchored(
        bytes32 indexed batchId, bytes32 indexed orgId, uint32 seq, bytes32 root, bytes32 prevRoot, uint32 leaves
    );

    constructor(IOrgRegistry orgs) Records(orgs) {}

    function anchorRoot(bytes32 batchId, bytes32 root, bytes32 prevRoot, uint32 leaves, uint64 occurredAt) external {
        (bytes32 org,) = _caller(AUDIT);
        require(batchId != 0, "InvalidInput:batchId");
        require(root != 0, "InvalidInput:root");
        require(leaves != 0, "InvalidInput:leaves");
        require(anchors[batchId].seq == 0, "AlreadyExists");
        Anchor storage last = anchors[batches[org][counts[org]]];
        require(prevRoot == last.root, "ChainBroken");
        require(occurredAt >= last.occurredAt, "TimeReversed");
        uint32 seq = counts[org] + 1;
        counts[org] = seq;
        batches[org][seq] = batchId;
        anchors[batchId] = Anchor(org, seq, root, prevRoot, leaves, occurredAt, uint64(block.timestamp));
        emit RootAnchored(batchId, org, seq, root, prevRoot, leaves);
    }

    function getAnchor(bytes32 batchId) external view returns (bool found, Anchor memory anchor) {
        return (anchors[batchId].seq != 0, anchors[batchId]);
    }

    function getAnchorBySeq(bytes32 orgId, uint32 seq) external view returns (bool found, Anchor memory anchor) {
        anchor = anchors[batches[orgId][seq]];
        return (anchor.seq != 0, anchor);
    }

    function countOf(bytes32 orgId) external view returns (uint32) {
        return counts[orgId];
    }
}
