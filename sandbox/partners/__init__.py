"""The partners, in the order of the overview page."""

from collections.abc import Mapping

from sandbox.partners import (
    certificates,
    cityhall,
    crypto,
    hazwaste,
    letterbox,
    lookups,
    sealing,
    supervision,
)
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
        crypto.CRYPTO,
        supervision.SOLID_WASTE,
        hazwaste.MEE_HAZWASTE,
        hazwaste.VEHICLE_TRACKS,
        letterbox.LETTERS,
        letterbox.SMS,
        letterbox.GOV_SCREEN,
    )
}
