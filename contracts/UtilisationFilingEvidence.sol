// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.11;

import "./Records.sol";

/// Filings of general solid waste that leaves a province to be used: every version, the decision, whom it was told.
///
/// Status: 1 submitted, 2 filed, 3 rejected, 4 withdrawn, 5 revoked (only by the trusted revocation contract).
contract UtilisationFilingEvidence is Records {
    uint8 private constant SUBMITTED = 1;
    uint8 private constant FILED = 2;
    uint8 private constant REJECTED = 3;
    uint8 private constant WITHDRAWN = 4;
    uint8 private constant REVOKED = 5;
    uint256 private constant SECTIONS = 9;

    struct Record {
        uint8 status;
        uint32 version;
        uint32 decisionDate;
        uint64 revokedAt;
        bytes32 decisionDigest;
        bytes32 decidedBy;
        bytes32 revocationKey;
        bytes32[] extraParties;
    }

    struct View {
        bool found;
        uint8 status;
        uint32 version;
        Core core;
        Stored latest;
        bytes32 decisionDigest;
        bytes32 revocationKey;
    }

    mapping(bytes32 => Record) private records;
    mapping(bytes32 => mapping(uint32 => Core)) private cores;
    mapping(bytes32 => mapping(uint32 => Stored)) private versions;
    mapping(string => bytes32) private byDocNo;

    event FilingCreated(
        bytes32 indexed key,
        uint32 indexed originProvince,
        uint32 indexed destProvince,
        uint32 version,
        bytes32 formDigest
    );
    event FilingUpdated(
        bytes32 indexed key,
        uint32 indexed originProvince,
        uint32 indexed destProvince,
        uint32 version,
        bytes32 formDigest,
        bytes32 prevDigest
    );
    event FilingDecided(
        bytes32 indexed key,
        uint32 indexed originProvince,
        uint32 indexed destProvince,
        bool filed,
        string docNo,
        bytes32 decisionDigest
    );
    event FilingWithdrawn(bytes32 indexed key);
    event FilingRevoked(bytes32 indexed key, bytes32 indexed revocationKey, uint64 occurredAt);

    constructor(IOrgRegistry orgs) Records(orgs) {}

    function createFiling(Core memory core, Evidence memory ev, bytes32[] memory extraParties) external {
        bytes32 org = _callerOf(SUBMIT, core.originProvince);
        bytes32 key = core.recordKey;
        _check(core, ev);
        require(records[key].version == 0, "AlreadyExists");
        require(ev.prevDigest == 0, "ChainBroken");
        require(extraParties.length <= MOST_PARTIES, "InvalidInput:extraParties");
        records[key].extraParties = extraParties;
        _keep(core, ev, 1, org);
        emit FilingCreated(key, core.originProvince, core.destProvince, 1, ev.formDigest);
        _tell(key, 11);
    }

    function appendVersion(bytes32 key, uint32 expectedVersion, Core memory core, Evidence memory ev) external {
        Record storage record = _existing(key);
        Core storage first = cores[key][1];
        bytes32 org = _callerOf(SUBMIT, first.originProvince);
        require(record.status == SUBMITTED, "IllegalTransition");
        require(core.recordKey == key, "InvalidInput:recordKey");
        require(_same(core.applicationNo, first.applicationNo), "InvalidInput:applicationNo");
        require(core.originProvince == first.originProvince, "InvalidInput:originProvince");
        _check(core, ev);
        _checkNext(versions[key][record.version], expectedVersion, ev);
        uint32 version = record.version + 1;
        _keep(core, ev, version, org);
        emit FilingUpdated(key, core.originProvince, core.destProvince, version, ev.formDigest, ev.prevDigest);
        _tell(key, 12);
    }

    function recordDecision(
        bytes32 key,
        uint32 expectedVersion,
        bool filed,
        string memory docNo,
        bytes32 decisionDigest,
        uint32 decisionDate,
        bytes32 operatorHash
    ) external {
        Record storage record = _existing(key);
        Core storage core = cores[key][record.version];
        _callerOf(HANDLE, core.originProvince);
        require(record.version == expectedVersion, "VersionConflict");
        require(record.status == SUBMITTED, "IllegalTransition");
        require(decisionDigest != 0, "InvalidInput:decisionDigest");
        require(_isDay(decisionDate), "InvalidInput:decisionDate");
        require((bytes(docNo).length != 0) == filed, "InvalidInput:docNo");
        if (filed) {
            require(byDocNo[docNo] == 0, "DuplicateDocNo");
            byDocNo[docNo] = key;
            core.docNo = docNo;
        }
        record.status = filed ? FILED : REJECTED;
        record.decisionDigest = decisionDigest;
        record.decisionDate = decisionDate;
        record.decidedBy = operatorHash;
        emit FilingDecided(key, core.originProvince, core.destProvince, filed, docNo, decisionDigest);
        _tell(key, filed ? 13 : 14);
    }

    function withdraw(bytes32 key, bytes32 operatorHash, uint64 occurredAt) external {
        Record storage record = _existing(key);
        _callerOf(SUBMIT, cores[key][record.version].originProvince);
        require(record.status == SUBMITTED, "IllegalTransition");
        require(occurredAt >= versions[key][record.version].ev.occurredAt, "TimeReversed");
        record.status = WITHDRAWN;
        record.decidedBy = operatorHash;
        emit FilingWithdrawn(key);
        _tell(key, 15);
    }

    function markRevoked(bytes32 key, bytes32 revocationKey, uint64 occurredAt) external {
        require(registry.isTrusted(msg.sender), "NotAuthorized");
        Record storage record = _existing(key);
        require(record.status == FILED, "IllegalTransition");
        record.status = REVOKED;
        record.revocationKey = revocationKey;
        record.revokedAt = occurredAt;
        emit FilingRevoked(key, revocationKey, occurredAt);
    }

    function getFiling(bytes32 key) public view returns (View memory) {
        Record storage record = records[key];
        return View(
            record.version != 0,
            record.status,
            record.version,
            cores[key][record.version],
            versions[key][record.version],
            record.decisionDigest,
            record.revocationKey
        );
    }

    function getFilingByNo(string calldata docNo) external view returns (View memory) {
        return getFiling(byDocNo[docNo]);
    }

    function getVersion(bytes32 key, uint32 version)
        external
        view
        returns (bool found, Core memory core, Stored memory s)
    {
        s = versions[key][version];
        return (s.version != 0, cores[key][version], s);
    }

    /// What the revocation contract must know of a filing.
    function filingState(bytes32 key)
        external
        view
        returns (uint8 status, string memory docNo, uint32 originProvince, uint32 destProvince, uint32[] memory transit)
    {
        Core storage core = cores[key][records[key].version];
        return (records[key].status, core.docNo, core.originProvince, core.destProvince, core.transitProvinces);
    }

    function verifyForm(bytes32 key, uint32 version, bytes32 formDigest)
        external
        view
        returns (uint8 code, bytes32 onChain, uint64 anchoredAt)
    {
        uint32 latest = records[key].version;
        if (latest == 0) return (NO_RECORD, 0, 0);
        return _compareForm(versions[key][version == 0 ? latest : version], formDigest);
    }

    function verifyAttachments(bytes32 key, uint32 version, bytes32[] calldata digests)
        external
        view
        returns (uint8 code, uint16 firstMismatch)
    {
        uint32 latest = records[key].version;
        if (latest == 0) return (NO_RECORD, 0);
        return _compareAttachments(versions[key][version == 0 ? latest : version], digests);
    }

    function _check(Core memory core, Evidence memory ev) private pure {
        _checkCore(core);
        require(bytes(core.docNo).length == 0, "InvalidInput:docNo");
        require(core.startDate / 10000 == core.endDate / 10000, "InvalidInput:endDate");
        require(core.endUseType == 1, "InvalidInput:endUseType");
        _checkEvidence(ev, SECTIONS);
    }

    function _keep(Core memory core, Evidence memory ev, uint32 version, bytes32 org) private {
        bytes32 key = core.recordKey;
        cores[key][version] = core;
        versions[key][version] = _stored(version, ev, org);
        records[key].status = SUBMITTED;
        records[key].version = version;
    }

    function _existing(bytes32 key) private view returns (Record storage record) {
        record = records[key];
        require(record.version != 0, "NotFound");
    }

    function _tell(bytes32 key, uint8 noticeType) private {
        Record storage record = records[key];
        Core storage core = cores[key][record.version];
        uint32[] memory provinces = _provinces(core.originProvince, core.destProvince, core.transitProvinces);
        _notify(key, noticeType, record.version, provinces, record.extraParties);
    }
}
