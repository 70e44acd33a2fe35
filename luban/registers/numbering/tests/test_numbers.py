"""Handing out numbers: never twice, kept by the document, void for ever when abandoned."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction

from luban.registers.numbering.models import Issued
from luban.registers.numbering.numbers import NumberRefused, Reserved, next_number, number_of, void, voids
from luban.registers.numbering.templates import FILING

DAY = date(2026, 3, 2)


def draw(document: str, adcode: str = "310115") -> Reserved:
    return next_number(template=FILING, day=DAY, document=document, adcode=adcode)


@pytest.mark.django_db
def test_numbers_run_by_sequence_and_a_retry_gets_the_same() -> None:
    assert [draw(d).number for d in ("a", "b", "a")] == [
        "GFBA-310115-2026-0001",
        "GFBA-310115-2026-0002",
        "GFBA-310115-2026-0001",
    ]
    assert draw("c", "310113").number == "GFBA-310113-2026-0001"
    assert number_of(document="b") == draw("b")


@pytest.mark.django_db
def test_a_number_costs_little(django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(5):
        draw("a")
    with django_assert_max_num_queries(1):
        draw("a")


@pytest.mark.django_db
def test_a_void_number_is_on_record_and_never_used_again() -> None:
    first = draw("a")
    gone = void(number=first.number, by="reviewer", reason="拟稿作废")
    assert voids() == (gone,) and gone.document == "a"
    assert draw("a").number == "GFBA-310115-2026-0002"
    with pytest.raises(NumberRefused, match="未发出或已作废"):
        void(number=first.number, by="reviewer", reason="再次")
    with pytest.raises(NumberRefused, match="请写明作废理由"):
        void(number="GFBA-310115-2026-0002", by="reviewer", reason="")


@pytest.mark.django_db
def test_an_abandoned_transaction_takes_its_number_back() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        draw("a")
        raise ZeroDivisionError
    assert draw("b").value == 1 and number_of(document="a") is None


@pytest.mark.django_db
def test_a_number_of_another_document_is_refused_not_shared() -> None:
    draw("a")
    with pytest.raises(NumberRefused, match="已被占用"):
        next_number(template=FILING, day=DAY, document="b", sequence="another", adcode="310115")


@pytest.mark.django_db(transaction=True)
def test_two_at_a_time_never_get_the_same_number() -> None:
    def work(name: str) -> list[Reserved]:
        try:
            return [draw(f"{name}{n}") for n in range(25)] + [draw(f"shared{n}") for n in range(25)]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        left, right = pool.map(work, ("left", "right"))
    numbers = [r.number for r in left[:25] + right[:25] + left[25:]]
    assert len(set(numbers)) == 75
    assert left[25:] == right[25:], "one document, one number, whoever asks first"
    assert Issued.objects.count() == 75
