"""市电子证照库: a licence is filed when issued and its status changed when revoked or cancelled.

Our own verification page changes at once and does not wait for this.
"""

from collections.abc import Mapping
from datetime import date

from pydantic import AwareDatetime, Field

from luban.links.messages import Adcode, Body, Digest, Line, Link, Message, Required, Text, Uscc

DEFAULT_STATUS: Mapping[str, str] = {"issued": "01", "cancelled": "02", "revoked": "03"}
"""Licence state → the library's status code. Defaults of a parameter (solid-waste 2B.8: to be confirmed)."""


class LicenceIssued(Body):
    """A licence in force. `file_sm3` is the digest of the sealed PDF, `token` the path part of `/v/{token}`."""

    cert_no: Required
    cert_type: Required
    version: int = Field(default=1, ge=1)
    case_no: Required
    item_code: Required
    holder_uscc: Uscc
    holder_name: Required
    valid_from: date
    valid_to: date
    issuer: Adcode
    issuer_name: Required
    issued_on: date
    status: str = Field(pattern=r"^\d{2}$")
    summary: Text = ""
    file_sm3: Digest
    token: str = Field(pattern=r"^[0-9A-Za-z]{22}$")
    verify_url: Line = ""


class LicenceStatus(Body):
    """A licence changes its status for the given reason, e.g. 03 撤销."""

    cert_no: Required
    case_no: Line = ""
    status: str = Field(pattern=r"^\d{2}$")
    at: AwareDatetime
    reason: Text
    document_no: Line = ""


LINK = Link(
    code="ecert",
    title="市电子证照库",
    direction="both",
    messages=(
        Message("licence_issued", "证照归集", "/licences", LicenceIssued),
        Message("licence_status", "证照状态变更", "/licences/status", LicenceStatus),
    ),
)
