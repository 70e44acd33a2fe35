// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.11;

/// What a record of the chain consists of, and what every writing contract checks before it stores one.
///
/// Plain fields (class A) stand in Core, digests (class B) in Evidence: 32 bytes each, SM3, computed off chain and
/// only compared here. Business times are passed in; the block's own time is only stored, in the unit of the chain.
/// A refusal is a `require` with a short name: the error's name, or `InvalidInput:` and the field.
struct Core {
    bytes32 recordKey;
    string applicationNo;
    string docNo;
    uint32 originRegion;
    uint32 originProvince;
    uint32 destRegion;
    uint32 destProvince;
    string generatorName;
    string generatorUscc;
    string receiverName;
    string receiverUscc;
    string wasteCodes;
    uint64 totalKg;
    uint8 transportMode;
    string departureWharf;
    uint32[] transitProvinces;
    uint32 startDate;
    uint32 endDate;
    uint8 endUseType;
    string methodCode;
}

struct Evidence {
    string schemaVersion;
    bytes32 formDigest;
    bytes32[] sectionDigests;
    bytes32 attachmentsRoot;
    bytes32[] attachmentDigests;
    bytes32 prevDigest;
    uint64 occurredAt;
    bytes32 operatorHash;
    string payloadUri;
}

struct Stored {
    uint32 version;
    Evidence ev;
    bytes32 submitterOrg;
    uint64 anchoredAt;
}

struct Notice {
    bytes32 partyOrg;
    uint8 noticeType;
    uint32 version;
    bool acknowledged;
}

interface IOrgRegistry {
    function orgOf(address account) external view returns (bytes32, uint32, uint256, bool);
    function orgOfRegion(uint32 region) external view returns (bytes32 orgId, bool enabled);
    function peer(bytes32 name) external view returns (address);
    function isTrusted(address c) external view returns (bool);
}

/// Who may write, what a form must look like, whom a change is told: shared by all contracts that keep records.
abstract contract Records {
    uint256 internal constant SUBMIT = 2;
    uint256 internal constant HANDLE = 4;
    uint256 internal constant REPLY = 8;
    uint256 internal constant REVOKE_PROPOSE = 16;
    uint256 internal constant REVOKE_APPROVE = 32;
    uint256 internal constant AUDIT = 64;

    uint8 internal constant SAME = 0;
    uint8 internal constant DIFFERENT = 1;
    uint8 internal constant NO_RECORD = 2;
    uint8 internal constant NO_VERSION = 3;
    uint8 internal constant OTHER_COUNT = 4;

    uint256 internal constant MOST_ATTACHMENTS = 64;
    uint256 internal constant MOST_PARTIES = 34;

    IOrgRegistry public registry;
    mapping(bytes32 => uint32) internal noticeCount;
    mapping(bytes32 => mapping(uint32 => Notice)) internal notices;

    event PartyNotified(
        bytes32 indexed key, bytes32 indexed partyOrg, uint8 indexed noticeType, uint32 noticeSeq, uint32 version
    );
    event NoticeAcknowledged(bytes32 indexed key, bytes32 indexed partyOrg, uint32 noticeSeq);

    constructor(IOrgRegistry orgs) {
        registry = orgs;
    }

    /// The organisation a notice was for confirms it; a repeat changes nothing.
    function acknowledge(bytes32 key, uint32 noticeSeq) external {
        Notice storage notice = notices[key][noticeSeq];
        require(notice.partyOrg != 0, "NotFound");
        (bytes32 org,) = _caller(REPLY);
        require(org == notice.partyOrg, "NotAuthorized");
        if (!notice.acknowledged) {
            notice.acknowledged = true;
            emit NoticeAcknowledged(key, org, noticeSeq);
        }
    }

    function getNotice(bytes32 key, uint32 noticeSeq) external view returns (Notice memory) {
        return notices[key][noticeSeq];
    }

    function _caller(uint256 role) internal view returns (bytes32, uint32) {
        (bytes32 org, uint32 region, uint256 roles, bool enabled) = registry.orgOf(msg.sender);
        require(enabled && roles & role == role, "NotAuthorized");
        return (org, region);
    }

    function _callerOf(uint256 role, uint32 province) internal view returns (bytes32) {
        (bytes32 org, uint32 region) = _caller(role);
        require(region == province, "RegionMismatch");
        return org;
    }

    function _checkCore(Core memory core) internal pure {
        require(core.recordKey != 0, "InvalidInput:recordKey");
        require(bytes(core.applicationNo).length != 0, "InvalidInput:applicationNo");
        require(core.originRegion / 10000 * 10000 == core.originProvince, "InvalidInput:originRegion");
        require(core.destRegion / 10000 * 10000 == core.destProvince, "InvalidInput:destRegion");
        require(core.originProvince != core.destProvince, "InvalidInput:destProvince");
        require(bytes(core.generatorUscc).length == 18, "InvalidInput:generatorUscc");
        require(bytes(core.receiverUscc).length == 18, "InvalidInput:receiverUscc");
        require(core.totalKg != 0, "InvalidInput:totalKg");
        require(core.transportMode >= 1 && core.transportMode <= 3, "InvalidInput:transportMode");
        require(core.transportMode != 2 || bytes(core.departureWharf).length != 0, "InvalidInput:departureWharf");
        require(core.transitProvinces.length <= MOST_PARTIES, "InvalidInput:transitProvinces");
        require(_isDay(core.startDate), "InvalidInput:startDate");
        require(_isDay(core.endDate) && core.startDate <= core.endDate, "InvalidInput:endDate");
    }

    function _isDay(uint32 day) internal pure returns (bool) {
        uint32 month = day / 100 % 100;
        return day >= 19000101 && day <= 99991231 && month >= 1 && month <= 12 && day % 100 >= 1 && day % 100 <= 31;
    }

    function _checkEvidence(Evidence memory ev, uint256 sections) internal pure {
        require(ev.formDigest != 0, "InvalidInput:formDigest");
        require(ev.sectionDigests.length == sections, "InvalidInput:sectionDigests");
        require(ev.attachmentDigests.length <= MOST_ATTACHMENTS, "InvalidInput:attachmentDigests");
    }

    /// A new version follows the one before it: expected number, its digest, its time.
    function _checkNext(Stored storage last, uint32 expectedVersion, Evidence memory ev) internal view {
        require(last.version == expectedVersion, "VersionConflict");
        require(ev.prevDigest == last.ev.formDigest, "ChainBroken");
        require(ev.occurredAt >= last.ev.occurredAt, "TimeReversed");
    }

    function _stored(uint32 version, Evidence memory ev, bytes32 org) internal view returns (Stored memory) {
        return Stored(version, ev, org, uint64(block.timestamp));
    }

    function _compareForm(Stored storage kept, bytes32 digest) internal view returns (uint8, bytes32, uint64) {
        if (kept.version == 0) return (NO_VERSION, 0, 0);
        bytes32 onChain = kept.ev.formDigest;
        return (onChain == digest ? SAME : DIFFERENT, onChain, kept.anchoredAt);
    }

    function _compareAttachments(Stored storage kept, bytes32[] memory digests) internal view returns (uint8, uint16) {
        if (kept.version == 0) return (NO_VERSION, 0);
        bytes32[] storage known = kept.ev.attachmentDigests;
        if (known.length != digests.length) return (OTHER_COUNT, 0);
        for (uint256 i = 0; i < digests.length; i++) {
            if (known[i] != digests[i]) return (DIFFERENT, uint16(i));
        }
        return (SAME, 0);
    }

    function _same(string memory left, string memory right) internal pure returns (bool) {
        return keccak256(bytes(left)) == keccak256(bytes(right));
    }

    /// Organisations of these provinces that have joined, and further ones, each once.
    function _parties(uint32[] memory provinces, bytes32[] memory extra) internal view returns (bytes32[] memory) {
        bytes32[] memory found = new bytes32[](provinces.length + extra.length);
        uint256 n = 0;
        for (uint256 i = 0; i < provinces.length; i++) {
            (bytes32 org, bool enabled) = registry.orgOfRegion(provinces[i]);
            if (enabled) n = _once(found, n, org);
        }
        for (uint256 i = 0; i < extra.length; i++) {
            if (extra[i] != 0) n = _once(found, n, extra[i]);
        }
        bytes32[] memory parties = new bytes32[](n);
        for (uint256 i = 0; i < n; i++) parties[i] = found[i];
        return parties;
    }

    function _once(bytes32[] memory found, uint256 n, bytes32 org) private pure returns (uint256) {
        for (uint256 i = 0; i < n; i++) {
            if (found[i] == org) return n;
        }
        found[n] = org;
        return n + 1;
    }

    function _provinces(uint32 origin, uint32 dest, uint32[] memory transit) internal pure returns (uint32[] memory) {
        uint32[] memory all = new uint32[](transit.length + 2);
        all[0] = origin;
        all[1] = dest;
        for (uint256 i = 0; i < transit.length; i++) all[i + 2] = transit[i];
        return all;
    }

    function _two(uint32 first, uint32 second) internal pure returns (uint32[] memory both) {
        both = new uint32[](second == 0 ? 1 : 2);
        both[0] = first;
        if (second != 0) both[1] = second;
    }

    function _notify(bytes32 key, uint8 noticeType, uint32 version, uint32[] memory provinces, bytes32[] memory extra)
        internal
    {
        bytes32[] memory parties = _parties(provinces, extra);
        uint32 seq = noticeCount[key];
        for (uint256 i = 0; i < parties.length; i++) {
            seq++;
            notices[key][seq] = Notice(parties[i], noticeType, version, false);
            emit PartyNotified(key, parties[i], noticeType, seq, version);
        }
        noticeCount[key] = seq;
    }
}
