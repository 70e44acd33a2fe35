// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.11;

import "./Records.sol";

interface ICases {
    function statusByForm(bytes32 formKey) external view returns (uint8);
}

/// Application forms for storage or disposal in another province: every version, chained to the one before.
///
/// A form has no status of its own; it may change while its case is at none, submitted or correction.
contract DisposalFormEvidence is Records {
    bytes32 private constant CASES = "DC";
    uint8 private constant CORRECTION = 2;
    uint256 private constant SECTIONS = 9;
    uint32 private constant MOST_AT_ONCE = 50;

    struct View {
        bool found;
        uint32 version;
        Core core;
        Stored latest;
    }

    mapping(bytes32 => uint32) private latestVersion;
    mapping(bytes32 => mapping(uint32 => Core)) private cores;
    mapping(bytes32 => mapping(uint32 => Stored)) private versions;

    event FormCreated(
        bytes32 indexed key,
        uint32 indexed originProvince,
        uint32 indexed destProvince,
        uint32 version,
        bytes32 formDigest
    );
    event FormUpdated(
        bytes32 indexed key,
        uint32 indexed originProvince,
        uint32 indexed destProvince,
        uint32 version,
        bytes32 formDigest,
        bytes32 prevDigest
    );

    constructor(IOrgRegistry orgs) Records(orgs) {}

    function createForm(Core memory core, Evidence memory ev) external {
        bytes32 org = _callerOf(SUBMIT, core.originProvince);
        _check(core, ev);
        require(latestVersion[core.recordKey] == 0, "AlreadyExists");
        require(ev.prevDigest == 0, "ChainBroken");
        _keep(core, ev, 1, org);
        emit FormCreated(core.recordKey, core.originProvince, core.destProvince, 1, ev.formDigest);
        _notify(core.recordKey, 20, 1, _two(core.originProvince, 0), new bytes32[](0));
    }

    function updateForm(bytes32 key, uint32 expectedVersion, Core memory core, Evidence memory ev) external {
        uint32 version = latestVersion[key];
        require(version != 0, "NotFound");
        Core storage first = cores[key][1];
        bytes32 org = _callerOf(SUBMIT, first.originProvince);
        require(_caseStatus(key) <= CORRECTION, "IllegalTransition");
        require(core.recordKey == key, "InvalidInput:recordKey");
        require(_same(core.applicationNo, first.applicationNo), "InvalidInput:applicationNo");
        require(core.originProvince == first.originProvince, "InvalidInput:originProvince");
        _check(core, ev);
        _checkNext(versions[key][version], expectedVersion, ev);
        _keep(core, ev, version + 1, org);
        emit FormUpdated(key, core.originProvince, core.destProvince, version + 1, ev.formDigest, ev.prevDigest);
        _notify(key, 21, version + 1, _two(core.originProvince, 0), new bytes32[](0));
    }

    function getForm(bytes32 key) external view returns (View memory) {
        uint32 version = latestVersion[key];
        return View(version != 0, version, cores[key][version], versions[key][version]);
    }

    function getFormVersion(bytes32 key, uint32 version)
        external
        view
        returns (bool found, Core memory core, Stored memory s)
    {
        s = versions[key][version];
        return (s.version != 0, cores[key][version], s);
    }

    /// What the case contract must know of one version of a form; the digest is 0 when there is none.
    function formCore(bytes32 key, uint32 version)
        external
        view
        returns (bytes32 formDigest, string memory applicationNo, uint32 originProvince, uint32 destProvince)
    {
        Core storage core = cores[key][version];
        formDigest = versions[key][version].ev.formDigest;
        return (formDigest, core.applicationNo, core.originProvince, core.destProvince);
    }

    function getHistory(bytes32 key, uint32 fromVersion, uint32 count)
        external
        view
        returns (
            uint32 total,
            bytes32[] memory formDigests,
            bytes32[] memory prevDigests,
            uint64[] memory occurredAt,
            uint64[] memory anchoredAt
        )
    {
        require(count <= MOST_AT_ONCE, "InvalidInput:count");
        total = latestVersion[key];
        uint32 from = fromVersion == 0 ? 1 : fromVersion;
        uint32 n = from > total ? 0 : total - from + 1;
        if (n > count) n = count;
        formDigests = new bytes32[](n);
        prevDigests = new bytes32[](n);
        occurredAt = new uint64[](n);
        anchoredAt = new uint64[](n);
        for (uint32 i = 0; i < n; i++) {
            Stored storage s = versions[key][from + i];
            formDigests[i] = s.ev.formDigest;
            prevDigests[i] = s.ev.prevDigest;
            occurredAt[i] = s.ev.occurredAt;
            anchoredAt[i] = s.anchoredAt;
        }
    }

    function verifyForm(bytes32 key, uint32 version, bytes32 formDigest)
        external
        view
        returns (uint8 code, bytes32 onChain, uint64 anchoredAt)
    {
        uint32 latest = latestVersion[key];
        if (latest == 0) return (NO_RECORD, 0, 0);
        return _compareForm(versions[key][version == 0 ? latest : version], formDigest);
    }

    function verifyAttachments(bytes32 key, uint32 version, bytes32[] calldata digests)
        external
        view
        returns (uint8 code, uint16 firstMismatch)
    {
        uint32 latest = latestVersion[key];
        if (latest == 0) return (NO_RECORD, 0);
        return _compareAttachments(versions[key][version == 0 ? latest : version], digests);
    }

    function _caseStatus(bytes32 formKey) private view returns (uint8) {
        address cases = registry.peer(CASES);
        return cases == address(0) ? 0 : ICases(cases).statusByForm(formKey);
    }

    function _check(Core memory core, Evidence memory ev) private pure {
        _checkCore(core);
        require(core.endUseType == 2 || core.endUseType == 3, "InvalidInput:endUseType");
        _checkEvidence(ev, SECTIONS);
    }

    function _keep(Core memory core, Evidence memory ev, uint32 version, bytes32 org) private {
        bytes32 key = core.recordKey;
        cores[key][version] = core;
        versions[key][version] = _stored(version, ev, org);
        latestVersion[key] = version;
    }
}
