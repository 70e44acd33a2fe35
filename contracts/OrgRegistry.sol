// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.11;

/// Organisations, their chain accounts, their roles; where the other contracts stand; results of verifications.
///
/// An account belongs to one organisation. The last administrator cannot be removed.
contract OrgRegistry {
    uint256 public constant ADMIN = 1;
    uint256 public constant AUDIT = 64;

    struct Org {
        uint32 region;
        string name;
        uint256 roles;
        bool enabled;
        uint32 accounts;
    }

    struct Audit {
        bytes32 orgId;
        bytes32 reportDigest;
        uint32 total;
        uint32 abnormal;
        uint64 occurredAt;
        uint64 anchoredAt;
    }

    mapping(bytes32 => Org) private orgs;
    mapping(uint32 => bytes32) private byRegion;
    mapping(address => bytes32) private accountOrg;
    mapping(address => bool) private accountEnabled;
    mapping(bytes32 => address) private peers;
    mapping(address => bool) private trusted;
    mapping(bytes32 => Audit) private audits;
    uint256 private admins;

    event OrgRegistered(bytes32 indexed orgId, uint32 indexed region, uint256 roles);
    event OrgAccountChanged(bytes32 indexed orgId, address indexed account, bool enabled);
    event OrgRolesChanged(bytes32 indexed orgId, uint256 oldRoles, uint256 newRoles);
    event OrgStatusChanged(bytes32 indexed orgId, bool enabled);
    event TrustedContractChanged(address indexed c, bool ok);
    event PeerChanged(bytes32 indexed name, address c);
    event AuditRecorded(
        bytes32 indexed batchId, bytes32 indexed orgId, bytes32 reportDigest, uint32 total, uint32 abnormal
    );

    /// Whoever deploys it is the first administrator, under the organisation given.
    constructor(bytes32 orgId, string memory name) {
        require(orgId != 0, "InvalidInput:orgId");
        orgs[orgId] = Org(0, name, ADMIN, true, 1);
        accountOrg[msg.sender] = orgId;
        accountEnabled[msg.sender] = true;
        admins = 1;
        emit OrgRegistered(orgId, 0, ADMIN);
        emit OrgAccountChanged(orgId, msg.sender, true);
    }

    modifier onlyAdmin() {
        require(hasRole(msg.sender, ADMIN), "NotAuthorized");
        _;
    }

    /// A change after which nobody could administer is taken back.
    modifier keepsAnAdmin(bytes32 orgId) {
        require(_known(orgId), "NotFound");
        uint256 before = _adminsOf(orgId);
        _;
        admins = admins - before + _adminsOf(orgId);
        require(admins > 0, "InvalidInput:lastAdmin");
    }

    function registerOrg(bytes32 orgId, uint32 region, string calldata name, uint256 roles) external onlyAdmin {
        require(orgId != 0, "InvalidInput:orgId");
        require(!_known(orgId), "AlreadyExists");
        require(bytes(name).length != 0, "InvalidInput:name");
        require(region == 0 || byRegion[region] == 0, "AlreadyExists");
        orgs[orgId] = Org(region, name, roles, true, 0);
        if (region != 0) byRegion[region] = orgId;
        emit OrgRegistered(orgId, region, roles);
    }

    function bindAccount(bytes32 orgId, address account, bool enabled) external onlyAdmin keepsAnAdmin(orgId) {
        require(account != address(0), "InvalidInput:account");
        require(accountOrg[account] == 0 || accountOrg[account] == orgId, "AlreadyExists");
        if (accountEnabled[account] && !enabled) orgs[orgId].accounts--;
        if (!accountEnabled[account] && enabled) orgs[orgId].accounts++;
        accountOrg[account] = orgId;
        accountEnabled[account] = enabled;
        emit OrgAccountChanged(orgId, account, enabled);
    }

    function setRoles(bytes32 orgId, uint256 roles) external onlyAdmin keepsAnAdmin(orgId) {
        emit OrgRolesChanged(orgId, orgs[orgId].roles, roles);
        orgs[orgId].roles = roles;
    }

    function setOrgEnabled(bytes32 orgId, bool enabled) external onlyAdmin keepsAnAdmin(orgId) {
        orgs[orgId].enabled = enabled;
        emit OrgStatusChanged(orgId, enabled);
    }

    function setTrustedContract(address c, bool ok) external onlyAdmin {
        trusted[c] = ok;
        emit TrustedContractChanged(c, ok);
    }

    function setPeer(bytes32 name, address c) external onlyAdmin {
        require(name != 0, "InvalidInput:name");
        peers[name] = c;
        emit PeerChanged(name, c);
    }

    /// One verification batch: what was looked at, how much was wrong, the digest of the report.
    function recordAudit(bytes32 batchId, bytes32 reportDigest, uint32 total, uint32 abnormal, uint64 occurredAt)
        external
    {
        require(hasRole(msg.sender, AUDIT), "NotAuthorized");
        require(batchId != 0, "InvalidInput:batchId");
        require(reportDigest != 0, "InvalidInput:reportDigest");
        require(abnormal <= total, "InvalidInput:abnormal");
        require(audits[batchId].orgId == 0, "AlreadyExists");
        bytes32 orgId = accountOrg[msg.sender];
        audits[batchId] = Audit(orgId, reportDigest, total, abnormal, occurredAt, uint64(block.timestamp));
        emit AuditRecorded(batchId, orgId, reportDigest, total, abnormal);
    }

    function getAudit(bytes32 batchId) external view returns (Audit memory) {
        return audits[batchId];
    }

    /// The organisation of an account; `enabled` says whether both may act.
    function orgOf(address account)
        external
        view
        returns (bytes32 orgId, uint32 region, uint256 roles, bool enabled)
    {
        orgId = accountOrg[account];
        Org storage org = orgs[orgId];
        return (orgId, org.region, org.roles, org.enabled && accountEnabled[account]);
    }

    function orgOfRegion(uint32 region) external view returns (bytes32 orgId, bool enabled) {
        orgId = byRegion[region];
        return (orgId, orgs[orgId].enabled);
    }

    function getOrg(bytes32 orgId) external view returns (Org memory) {
        return orgs[orgId];
    }

    function peer(bytes32 name) external view returns (address) {
        return peers[name];
    }

    function isTrusted(address c) external view returns (bool) {
        return trusted[c];
    }

    function hasRole(address account, uint256 role) public view returns (bool) {
        Org storage org = orgs[accountOrg[account]];
        return org.enabled && accountEnabled[account] && org.roles & role == role;
    }

    function _known(bytes32 orgId) private view returns (bool) {
        return bytes(orgs[orgId].name).length != 0;
    }

    function _adminsOf(bytes32 orgId) private view returns (uint256) {
        Org storage org = orgs[orgId];
        return org.enabled && org.roles & ADMIN == ADMIN ? org.accounts : 0;
    }
}
