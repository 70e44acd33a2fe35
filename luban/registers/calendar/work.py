"""From the register of days to the calendar that deadlines are counted with. Pure."""

from datetime import date

from luban.kit.book import BookOnDay
from luban.kit.clock import WorkCalendar


def work_calendar(days: BookOnDay) -> WorkCalendar:
    """The calendar as it is known on the day of ``days``.

    A year counts as published when its New Year's Day is registered; other years are weekends only, provisional.
    """
    stated = {date.fromisoformat(row.key): bool(row["is_workday"]) for row in days.rows}
    published = frozenset(day.year for day in stated if (day.month, day.day) == (1, 1))
    return WorkCalendar(exceptions=stated, known_years=published)
