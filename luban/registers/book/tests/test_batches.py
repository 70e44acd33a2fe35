"""Numbers of batches: by prefix, part and day, in order, never twice."""

from luban.registers.book.batches import next_batch

START = "BMD-330000-20260302-"


def test_the_first_batch_of_a_day_is_01_and_others_days_do_not_count() -> None:
    assert next_batch(start=START, taken=()) == f"{START}01"
    assert next_batch(start=START, taken=["BMD-330000-20260301-07", "BMD-340000-20260302-03"]) == f"{START}01"


def test_the_next_follows_the_highest_and_outgrows_two_digits() -> None:
    assert next_batch(start=START, taken=[f"{START}02", f"{START}01"]) == f"{START}03"
    assert next_batch(start=START, taken=[f"{START}99"]) == f"{START}100"
    assert next_batch(start=START, taken=[f"{START}手工"]) == f"{START}01"
