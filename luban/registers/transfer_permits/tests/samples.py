"""As much of a case as the commands read, and the books they ask, for the tests of this register."""

from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace

from luban.kit.book import Book, Entry
from luban.kit.clock import ZONE
from luban.registers.book.shipped import shipped
from luban.registers.transfer_permits import rooms

NOW = datetime(2026, 7, 21, 10, 0, tzinfo=ZONE)
GENERATOR, RECEIVER, LICENCE = "91310115MA7K3Q2X8Y", "91330803MA29R4WJ62", "浙危废经第示例1号"


def waste(code="398-004-22", mode="R4", apply_t="300", p2p_no=None):
    return SimpleNamespace(
        waste_code=code,
        waste_name="含铜蚀刻废液",
        disposal_mode=mode,
        apply_t=Decimal(apply_t),
        p2p_no=p2p_no,
    )


def view(
    number="WZC-310115-20260701-0001",
    *,
    wastes=None,
    state="accepted",
    acts=(),
    licences=(),
    applicant=GENERATOR,
    licence_no=LICENCE,
    target=None,
):
    form = SimpleNamespace(
        receiver=SimpleNamespace(
            receiver_uscc=RECEIVER,
            receiver_name="浙江临溪金属再生有限公司",
            receiver_licence_no=licence_no,
            receiver_province="330000",
        ),
        waste=SimpleNamespace(wastes=wastes if wastes is not None else [waste()]),
        plan=SimpleNamespace(plan_start=date(2026, 8, 1), plan_end=date(2027, 7, 31)),
    )
    if target:
        form.target = SimpleNamespace(permit_no=target)
    said = tuple(SimpleNamespace(action=name, data=data) for name, data in acts)
    return SimpleNamespace(
        number=number, applicant=applicant, state=state, form=form, acts=said, licences=tuple(licences)
    )


def licence(number="沪环危转许〔2026〕0001号", first=date(2026, 8, 1), last=date(2027, 7, 31)):
    return SimpleNamespace(number=number, token="T" * 22, valid_from=first, valid_to=last)


def scope(seq=1, category="HW22", capacity="1000", received="0", **more):
    data = {
        "licence_no": LICENCE,
        "seq": seq,
        "category": category,
        "match_type": "ALL",
        "codes": (),
        "mode_codes": ("R4",),
        "mode_family": "R",
        "capacity_t": Decimal(capacity) if capacity else None,
        "capacity_group": "",
        "received_ytd_t": Decimal(received),
        "committed_t": None,
        "usage_source": "synced",
        **more,
    }
    return Entry(f"{LICENCE}|{seq}", data)


def record(number="P2P-示例-1", quota="1000", used="150"):
    data = {
        "p2p_no": number,
        "approving_province": "330000",
        "generator_uscc": GENERATOR,
        "receiver_uscc": RECEIVER,
        "waste_code": "398-007-34",
        "target_use": "raw_material",
        "quota_t": Decimal(quota),
        "used_t": Decimal(used),
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2027, 6, 30),
        "status": "active",
        "names_region": True,
    }
    return Entry(number, data)


def books(*scopes, records=()):
    """The books by name, undated; the ways are those the register ships."""
    firm = dict.fromkeys(("name", "facility_address", "lng", "lat", "contact", "phone"))
    firm |= {"uscc": RECEIVER, "province": "330000", "facility_adcode": "330803", "credit_flag": "normal",
             "national_facility": False, "accident_free": None}  # fmt: skip
    held = {"licence_no": LICENCE, "holder_uscc": RECEIVER, "kind": "comprehensive", "business_modes": ("R", "D"),
            "valid_from": date(2023, 5, 10), "valid_to": date(2028, 5, 9), "issuer": "", "status": "valid",
            "verified": True}  # fmt: skip
    rows = {
        rooms.RECEIVERS: [Entry(RECEIVER, firm)],
        rooms.LICENCES: [Entry(LICENCE, held)],
        rooms.SCOPES: scopes,
        rooms.PENALTIES: (),
        rooms.P2P: records,
    }
    return {name: Book(name, found) for name, found in rows.items()} | {rooms.MODES: shipped(rooms.MODES)}
