"""What ships for the solid waste items is plainly invented and does not touch the sample applications."""

from datetime import date

from luban.registers.book.shipped import shipped

DAY = date(2026, 3, 2)


def test_demo_rows_are_marked_and_plainly_invented() -> None:
    for register in ("wharves", "route_restrictions", "watch_list", "waste_references"):
        assert all(row.certainty == "演示" and "虚构" in row.source for row in shipped(register).rows), (
            register
        )
    assert all(
        "示例" in row["name"] for register in ("wharves", "watch_list") for row in shipped(register).rows
    )


def test_the_wharf_of_the_sample_is_known() -> None:
    wharf = shipped("wharves").at(DAY).get("宝山示例码头")
    assert wharf is not None and wharf["county_code"] == "310113" and wharf["enabled"]
