// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.11;

import "./Records.sol";

interface IFilings {
    function filingState(bytes32 key)
        external
        view
        returns (uint8 status, string memory docNo, uint32 originProvince, uint32 destProvince, uint32[] memory transit);
    function markRevoked(bytes32 key, bytes32 revocationKey, uint64 occurredAt) external;
}

/// Revocations of filings: one proposes, another approves, and the filing falls in the same transaction.
///
/// Status: 1 proposed, 2 approved, 3 rejected, 4 withdrawn.
contract UtilisationRevocation is Records {
    bytes32 private constant FILINGS = "UF";
    uint8 private constant PROPOSED = 1;
    uint8 private constant APPROVED = 2;
    uint8 private constant REJECTED = 3;
    uint8 private constant WITHDRAWN = 4;
    uint8 private constant FILING_FILED = 2;
    uint256 private constant SECTIONS = 3;

    struct Record {
        bytes32 revocationKey;
        string revocationNo;
        bytes32 filingKey;
        string filingNo;
        uint32 originProvince;
        uint32 destProvince;
        uint8 reasonCode;
        Stored stored;
        bytes32 proposerHash;
        bytes32 approverHash;
        bytes32 decisionDigest;
        uint64 proposedAt;
        uint64 decidedAt;
        uint8 status;
    }

    mapping(bytes32 => Record) private records;
    mapping(bytes32 => bytes32) private underWay;
    mapping(string => bytes32[]) private byFilingNo;

    event RevocationProposed(
        bytes32 indexed key,
        bytes32 indexed filingKey,
        uint32 indexed destProvince,
        uint8 reasonCode,
        bytes32 formDigest
    );
    event RevocationApproved(bytes32 indexed key, bytes32 indexed filingKey, bytes32 decisionDigest);
    event RevocationRejected(bytes32 indexed key, bytes32 indexed filingKey, bytes32 decisionDigest);
    event RevocationWithdrawn(bytes32 indexed key, bytes32 indexed filingKey);

    constructor(IOrgRegistry orgs) Records(orgs) {}

    function propose(
        bytes32 key,
        string memory revocationNo,
        bytes32 filingKey,
        string memory filingNo,
        uint8 reasonCode,
        Evidence memory ev
    ) external {
        require(key != 0, "InvalidInput:recordKey");
        require(records[key].status == 0, "AlreadyExists");
        require(bytes(revocationNo).length != 0, "InvalidInput:revocationNo");
        require(reasonCode >= 1 && reasonCode <= 9, "InvalidInput:reasonCode");
        _checkEvidence(ev, SECTIONS);
        require(ev.prevDigest == 0, "ChainBroken");
        Record storage record = records[key];
        (record.originProvince, record.destProvince) = _checkFiling(filingKey, filingNo);
        record.stored = _stored(1, ev, _callerOf(REVOKE_PROPOSE, record.originProvince));
        record.revocationKey = key;
        record.revocationNo = revocationNo;
        record.filingKey = filingKey;
        record.filingNo = filingNo;
        record.reasonCode = reasonCode;
        record.proposerHash = ev.operatorHash;
        record.proposedAt = ev.occurredAt;
        record.status = PROPOSED;
        underWay[filingKey] = key;
        byFilingNo[filingNo].push(key);
        emit RevocationProposed(key, filingKey, record.destProvince, reasonCode, ev.formDigest);
        _tellOrigin(record, 16);
    }

    function approve(bytes32 key, bytes32 operatorHash, bytes32 decisionDigest, uint64 occurredAt) external {
        Record storage record = _decide(key, operatorHash, decisionDigest, occurredAt, APPROVED);
        IFilings filings = IFilings(registry.peer(FILINGS));
        filings.markRevoked(record.filingKey, key, occurredAt);
        (,, uint32 origin, uint32 dest, uint32[] memory transit) = filings.filingState(record.filingKey);
        emit RevocationApproved(key, record.filingKey, decisionDigest);
        _notify(key, 17, 1, _provinces(origin, dest, transit), new bytes32[](0));
    }

    function reject(bytes32 key, bytes32 operatorHash, bytes32 decisionDigest, uint64 occurredAt) external {
        Record storage record = _decide(key, operatorHash, decisionDigest, occurredAt, REJECTED);
        emit RevocationRejected(key, record.filingKey, decisionDigest);
        _tellOrigin(record, 18);
    }

    function withdraw(bytes32 key, bytes32 operatorHash, uint64 occurredAt) external {
        Record storage record = _proposed(key, occurredAt);
        _callerOf(REVOKE_PROPOSE, record.originProvince);
        record.status = WITHDRAWN;
        record.approverHash = operatorHash;
        record.decidedAt = occurredAt;
        delete underWay[record.filingKey];
        emit RevocationWithdrawn(key, record.filingKey);
        _tellOrigin(record, 19);
    }

    function getRevocation(bytes32 key) public view returns (bool found, Record memory record) {
        return (records[key].status != 0, records[key]);
    }

    function getRevocationsByFilingNo(string calldata filingNo) external view returns (bytes32[] memory) {
        return byFilingNo[filingNo];
    }

    function getRevocationByKeyAndNo(bytes32 key, string calldata filingNo)
        external
        view
        returns (bool found, Record memory record)
    {
        if (records[key].status != 0 && _same(records[key].filingNo, filingNo)) return getRevocation(key);
    }

    /// A revocation has one version.
    function verifyForm(bytes32 key, uint32 version, bytes32 digest)
        external
        view
        returns (uint8 code, bytes32 onChain, uint64 anchoredAt)
    {
        if (records[key].status == 0) return (NO_RECORD, 0, 0);
        if (version > 1) return (NO_VERSION, 0, 0);
        return _compareForm(records[key].stored, digest);
    }

    function _checkFiling(bytes32 filingKey, string memory filingNo) private view returns (uint32, uint32) {
        IFilings filings = IFilings(registry.peer(FILINGS));
        (uint8 status, string memory docNo, uint32 origin, uint32 dest,) = filings.filingState(filingKey);
        require(status != 0, "NotFound");
        bytes32 other = underWay[filingKey];
        require(other == 0 || records[other].status != PROPOSED, "AlreadyExists");
        require(status == FILING_FILED, "InvalidInput:filingStatus");
        require(_same(docNo, filingNo), "InvalidInput:filingNo");
        return (origin, dest);
    }

    function _proposed(bytes32 key, uint64 occurredAt) private view returns (Record storage record) {
        record = records[key];
        require(record.status != 0, "NotFound");
        require(record.status == PROPOSED, "IllegalTransition");
        require(occurredAt >= record.proposedAt, "TimeReversed");
    }

    function _decide(bytes32 key, bytes32 operatorHash, bytes32 decisionDigest, uint64 occurredAt, uint8 to)
        private
        returns (Record storage record)
    {
        record = _proposed(key, occurredAt);
        _callerOf(REVOKE_APPROVE, record.originProvince);
        require(operatorHash != record.proposerHash, "SelfApproval");
        require(decisionDigest != 0, "InvalidInput:decisionDigest");
        record.status = to;
        record.approverHash = operatorHash;
        record.decisionDigest = decisionDigest;
        record.decidedAt = occurredAt;
        delete underWay[record.filingKey];
    }

    function _tellOrigin(Record storage record, uint8 noticeType) private {
        _notify(record.revocationKey, noticeType, 1, _two(record.originProvince, 0), new bytes32[](0));
    }
}
