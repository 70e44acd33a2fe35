"""Reading the register of regions: parents, full names, who handles a place. Pure."""

from collections.abc import Sequence

from luban.kit.book import BookOnDay, Entry

SHANGHAI = "310000"
MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
OUTSIDE = frozenset({"710000", "810000", "820000"})  # 台湾、香港、澳门: the items end here


def province_of(adcode: str) -> str:
    """The province of any code: 320583 → 320000."""
    return f"{adcode[:2]}0000"


def city_of(adcode: str) -> str:
    """The city of a county's or city's code: 320583 → 320500; of a municipality: 310115 → 310100."""
    return f"{adcode[:4]}00"


def parent_of(adcode: str) -> str:
    """The region above; "" for a province."""
    if adcode.endswith("0000"):
        return ""
    return province_of(adcode) if adcode.endswith("00") else city_of(adcode)


def path_names(places: BookOnDay, adcode: str) -> tuple[str, ...]:
    """Names from the province down, without the 市辖区 of a municipality; unknown codes are left out."""
    codes = [adcode]
    while parent := parent_of(codes[-1]):
        codes.append(parent)
    kept = [
        c for c in reversed(codes) if not (c[:2] in MUNICIPALITIES and c.endswith("00") and c[2:4] != "00")
    ]
    return tuple(str(entry["name"]) for c in kept if (entry := places.get(c)) and entry["note"] != "虚级")


def full_name(places: BookOnDay, adcode: str) -> str:
    """The names joined: 江苏省苏州市昆山市, 上海市浦东新区."""
    return "".join(dict.fromkeys(path_names(places, adcode)))


def children(places: BookOnDay, adcode: str = "") -> tuple[Entry, ...]:
    """Enabled regions right below ``adcode``; provinces for "". A city without counties answers itself."""
    below = tuple(e for e in places.rows if e["enabled"] and parent_of(e.key) == adcode)
    if below or not adcode or adcode.endswith("0000"):
        return below
    own = places.get(adcode)
    return (own,) if own and own["level"] == "city" else ()


def handling_bureaus(areas: BookOnDay, *, special_area: str, county: str) -> Sequence[str]:
    """Codes of the organisations that may handle a place, best first: the special area's when it is enabled."""
    area = areas.get(special_area)
    return (str(area["bureau"]), county) if area and area["enabled"] and area["bureau"] else (county,)
