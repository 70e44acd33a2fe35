"""The partners, in the order of the overview page."""

from collections.abc import Mapping

from sandbox.partners import certificates, cityhall, letterbox, lookups, sealing, supervision
from sandbox.partners.base import Partner

PARTNERS: Mapping[str, Partner] = {
    partner.code: partner
    for partner in (
        cityhall.ONE_NET,
        cityhall.EGOV,
        lookups.DATA_HUB,
        lookups.PERMITS_NATIONAL,
        certificates.ECERT,
        sealing.ESEAL,
        supervision.SOLID_WASTE,
        letterbox.LETTERS,
        letterbox.SMS,
    )
}
