// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.11;

import "./Records.sol";

interface IForms {
    function formCore(bytes32 key, uint32 version)
        external
        view
        returns (bytes32 formDigest, string memory applicationNo, uint32 originProvince, uint32 destProvince);
}

/// Storage and disposal cases: where each stands, and a chain of entries, one for every change.
///
/// The hash of an entry is SM3 and made off chain; the contract sees to it that each names the one before.
contract DisposalCase is Records {
    bytes32 private constant FORMS = "DF";
    uint8 private constant SUBMITTED = 1;
    uint8 private constant CORRECTION = 2;
    uint8 private constant ACCEPTED = 3;
    uint8 private constant REVIEWING = 4;
    uint8 private constant CONSULTING = 5;
    uint8 private constant REPLIED = 6;
    uint8 private constant DECIDING = 7;
    uint8 private constant APPROVED = 8;
    uint8 private constant DENIED = 9;
    uint8 private constant WITHDRAWN = 10;
    uint8 private constant NOT_ACCEPTED = 11;
    uint8 private constant REVOKED = 12;
    uint8 private constant TERMINATED = 13;
    uint8 private constant AGREED = 1;
    uint8 private constant AGREED_IN_PART = 2;
    uint32 private constant MOST_AT_ONCE = 50;

    struct Entry {
        bytes32 opinionDigest;
        bytes32 docDigest;
        string docNo;
        uint64 approvedKg;
        uint32 validFrom;
        uint32 validTo;
        uint64 occurredAt;
        bytes32 operatorHash;
        bytes32 prevEntryHash;
    }

    struct Reply {
        uint8 result;
        uint64 replyKg;
        uint32 replyValidTo;
        bytes32 docDigest;
        string docNo;
        bool onBehalf;
        uint64 occurredAt;
        bytes32 operatorHash;
        bytes32 prevEntryHash;
        bytes32 entryHash;
    }

    struct Link {
        uint8 fromStatus;
        uint8 toStatus;
        uint8 replyResult;
        uint32 formVersion;
        Entry entry;
        bytes32 entryHash;
        bytes32 actorOrg;
        uint64 anchoredAt;
    }

    struct Record {
        uint8 status;
        uint8 replyResult;
        bool consulted;
        uint32 seq;
        uint32 formVersion;
        uint64 replyKg;
        uint64 approvedKg;
        bytes32 formKey;
        Core core;
    }

    struct View {
        bool found;
        uint8 status;
        uint32 seq;
        Record record;
        Link latest;
    }

    mapping(bytes32 => Record) private records;
    mapping(bytes32 => mapping(uint32 => Link)) private links;
    mapping(bytes32 => bytes32) private caseOfForm;
    mapping(string => bytes32) private byDocNo;

    event CaseCreated(
        bytes32 indexed key,
        uint32 indexed originProvince,
        uint32 indexed destProvince,
        bytes32 formKey,
        uint32 formVersion
    );
    event CaseUpdated(bytes32 indexed key, uint32 seq, uint32 formVersion, bytes32 entryHash);
    event CaseTransitioned(
        bytes32 indexed key,
        uint8 indexed fromStatus,
        uint8 indexed toStatus,
        uint32 seq,
        bytes32 actorOrg,
        bytes32 entryHash
    );
    event ConsultationReplied(
        bytes32 indexed key, uint32 indexed destProvince, uint8 indexed result, uint64 replyKg, bool onBehalf
    );

    constructor(IOrgRegistry orgs) Records(orgs) {}

    function createCase(
        Core memory core,
        bytes32 formKey,
        uint32 formVersion,
        uint64 occurredAt,
        bytes32 operatorHash,
        bytes32 entryHash
    ) external {
        bytes32 key = core.recordKey;
        bytes32 org = _callerOf(SUBMIT, core.originProvince);
        _check(core);
        require(records[key].seq == 0 && caseOfForm[formKey] == 0, "AlreadyExists");
        _checkForm(core, formKey, formVersion);
        caseOfForm[formKey] = key;
        Record storage record = records[key];
        record.formKey = formKey;
        record.formVersion = formVersion;
        record.core = core;
        Entry memory e;
        e.occurredAt = occurredAt;
        e.operatorHash = operatorHash;
        _append(key, SUBMITTED, 0, e, entryHash, org);
        emit CaseCreated(key, core.originProvince, core.destProvince, formKey, formVersion);
    }

    function updateCase(
        bytes32 key,
        uint32 expectedSeq,
        Core memory core,
        uint32 formVersion,
        bytes32 prevEntryHash,
        uint64 occurredAt,
        bytes32 operatorHash,
        bytes32 entryHash
    ) external {
        Record storage record = _expected(key, expectedSeq);
        bytes32 org = _callerOf(SUBMIT, record.core.originProvince);
        require(record.status == CORRECTION, "IllegalTransition");
        require(core.recordKey == key, "InvalidInput:recordKey");
        require(_same(core.applicationNo, record.core.applicationNo), "InvalidInput:applicationNo");
        require(core.originProvince == record.core.originProvince, "InvalidInput:originProvince");
        _check(core);
        _checkForm(core, record.formKey, formVersion);
        record.core = core;
        record.formVersion = formVersion;
        Entry memory e;
        e.occurredAt = occurredAt;
        e.operatorHash = operatorHash;
        e.prevEntryHash = prevEntryHash;
        _append(key, SUBMITTED, 0, e, entryHash, org);
        emit CaseUpdated(key, record.seq, formVersion, entryHash);
    }

    /// Every change but the reply of the receiving province and the filing anew after a correction.
    function transition(bytes32 key, uint32 expectedSeq, uint8 to, Entry memory e, bytes32 entryHash) external {
        Record storage record = _expected(key, expectedSeq);
        uint256 role = _roleFor(record.status, to);
        require(role != 0, "IllegalTransition");
        bytes32 org = _callerOf(role, record.core.originProvince);
        if (to == APPROVED) _checkApproval(record, e, key);
        if (to == CONSULTING) record.consulted = true;
        _append(key, to, 0, e, entryHash, org);
    }

    function reply(bytes32 key, uint32 expectedSeq, Reply memory r) external {
        Record storage record = _expected(key, expectedSeq);
        require(record.status == CONSULTING, "IllegalTransition");
        bytes32 org = _replier(record.core, r.onBehalf);
        require(r.result >= 1 && r.result <= 4, "InvalidInput:result");
        require(
            r.replyKg <= record.core.totalKg && (r.result != AGREED_IN_PART || r.replyKg != 0), "InvalidInput:replyKg"
        );
        require(r.replyValidTo == 0 || _isDay(r.replyValidTo), "InvalidInput:replyValidTo");
        record.replyResult = r.result;
        record.replyKg = r.replyKg;
        Entry memory e = Entry(
            0, r.docDigest, r.docNo, r.replyKg, 0, r.replyValidTo, r.occurredAt, r.operatorHash, r.prevEntryHash
        );
        _append(key, REPLIED, r.result, e, r.entryHash, org);
        emit ConsultationReplied(key, record.core.destProvince, r.result, r.replyKg, r.onBehalf);
    }

    function getCase(bytes32 key) public view returns (View memory) {
        Record storage record = records[key];
        return View(record.seq != 0, record.status, record.seq, record, links[key][record.seq]);
    }

    function getCaseByNo(string calldata docNo) external view returns (View memory) {
        return getCase(byDocNo[docNo]);
    }

    function getEntries(bytes32 key, uint32 fromSeq, uint32 count)
        external
        view
        returns (uint32 total, Link[] memory entries)
    {
        require(count <= MOST_AT_ONCE, "InvalidInput:count");
        total = records[key].seq;
        uint32 from = fromSeq == 0 ? 1 : fromSeq;
        uint32 n = from > total ? 0 : total - from + 1;
        if (n > count) n = count;
        entries = new Link[](n);
        for (uint32 i = 0; i < n; i++) entries[i] = links[key][from + i];
    }

    function statusByForm(bytes32 formKey) external view returns (uint8) {
        return records[caseOfForm[formKey]].status;
    }

    function verifyEntry(bytes32 key, uint32 seq, bytes32 entryHash)
        external
        view
        returns (uint8 code, bytes32 onChain)
    {
        if (records[key].seq == 0) return (NO_RECORD, 0);
        onChain = links[key][seq == 0 ? records[key].seq : seq].entryHash;
        if (onChain == 0) return (NO_VERSION, 0);
        return (onChain == entryHash ? SAME : DIFFERENT, onChain);
    }

    function _check(Core memory core) private pure {
        _checkCore(core);
        require(core.endUseType == 2 || core.endUseType == 3, "InvalidInput:endUseType");
    }

    function _checkForm(Core memory core, bytes32 formKey, uint32 formVersion) private view {
        (bytes32 digest, string memory applicationNo, uint32 origin, uint32 dest) =
            IForms(registry.peer(FORMS)).formCore(formKey, formVersion);
        require(digest != 0, "NotFound");
        require(_same(applicationNo, core.applicationNo), "InvalidInput:applicationNo");
        require(origin == core.originProvince, "InvalidInput:originProvince");
        require(dest == core.destProvince, "InvalidInput:destProvince");
    }

    function _checkApproval(Record storage record, Entry memory e, bytes32 key) private {
        require(record.replyResult == AGREED || record.replyResult == AGREED_IN_PART, "IllegalTransition");
        uint64 most = record.core.totalKg;
        if (record.replyKg > 0 && record.replyKg < most) most = record.replyKg;
        require(e.approvedKg > 0 && e.approvedKg <= most, "InvalidInput:approvedKg");
        require(_isDay(e.validFrom), "InvalidInput:validFrom");
        require(_isDay(e.validTo) && e.validFrom <= e.validTo, "InvalidInput:validTo");
        require(bytes(e.docNo).length != 0, "InvalidInput:docNo");
        require(byDocNo[e.docNo] == 0, "DuplicateDocNo");
        byDocNo[e.docNo] = key;
        record.core.docNo = e.docNo;
        record.approvedKg = e.approvedKg;
    }

    /// The receiving province answers for itself where it has joined; else the sending one notes its letter.
    function _replier(Core storage core, bool onBehalf) private view returns (bytes32) {
        (, bool joined) = registry.orgOfRegion(core.destProvince);
        require(onBehalf != joined, "NotAuthorized");
        return joined ? _callerOf(REPLY, core.destProvince) : _callerOf(HANDLE, core.originProvince);
    }

    function _expected(bytes32 key, uint32 expectedSeq) private view returns (Record storage record) {
        record = records[key];
        require(record.seq != 0, "NotFound");
        require(record.seq == expectedSeq, "VersionConflict");
    }

    /// Which role may move a case from one status to another by `transition`; 0 when nobody may.
    function _roleFor(uint8 from, uint8 to) private pure returns (uint256) {
        if (from == SUBMITTED) {
            if (to == WITHDRAWN) return SUBMIT;
            return to == CORRECTION || to == ACCEPTED || to == NOT_ACCEPTED ? HANDLE : 0;
        }
        if (from == CORRECTION) {
            if (to == WITHDRAWN) return SUBMIT;
            return to == TERMINATED ? HANDLE : 0;
        }
        if (from >= ACCEPTED && from <= REPLIED && to == WITHDRAWN) return HANDLE;
        if (from == ACCEPTED) return to == REVIEWING ? HANDLE : 0;
        if (from == REVIEWING) return to == CONSULTING ? HANDLE : 0;
        if (from == REPLIED) return to == CONSULTING || to == DECIDING ? HANDLE : 0;
        if (from == DECIDING) return to == APPROVED || to == DENIED || to == REPLIED ? HANDLE : 0;
        if (from == APPROVED) return to == REVOKED ? HANDLE : 0;
        return 0;
    }

    function _append(bytes32 key, uint8 to, uint8 result, Entry memory e, bytes32 entryHash, bytes32 org) private {
        Record storage record = records[key];
        Link storage last = links[key][record.seq];
        require(entryHash != 0, "InvalidInput:entryHash");
        require(e.prevEntryHash == last.entryHash, "ChainBroken");
        require(e.occurredAt >= last.entry.occurredAt, "TimeReversed");
        uint8 from = record.status;
        uint32 seq = record.seq + 1;
        record.seq = seq;
        record.status = to;
        links[key][seq] =
            Link(from, to, result, record.formVersion, e, entryHash, org, uint64(block.timestamp));
        emit CaseTransitioned(key, from, to, seq, org, entryHash);
        _tell(key, record);
    }

    function _tell(bytes32 key, Record storage record) private {
        uint8 to = record.status;
        uint32 origin = record.core.originProvince;
        uint32 dest = record.core.destProvince;
        uint32[] memory told;
        if (to == APPROVED || to == REVOKED) {
            told = _provinces(origin, dest, record.core.transitProvinces);
        } else if (to == CONSULTING) {
            told = _two(dest, 0);
        } else if (to == DENIED) {
            told = _two(origin, dest);
        } else if (to == WITHDRAWN || to == NOT_ACCEPTED || to == TERMINATED) {
            told = _two(origin, record.consulted ? dest : 0);
        } else {
            told = _two(origin, 0);
        }
        _notify(key, _noticeType(to), record.formVersion, told, new bytes32[](0));
    }

    function _noticeType(uint8 to) private pure returns (uint8) {
        if (to == SUBMITTED) return 1;
        if (to == CORRECTION) return 2;
        if (to == ACCEPTED || to == REVIEWING) return 3;
        if (to == CONSULTING) return 4;
        if (to == REPLIED) return 5;
        if (to == DECIDING) return 6;
        if (to == APPROVED) return 7;
        if (to == DENIED) return 8;
        return to == REVOKED ? 10 : 9;
    }
}
