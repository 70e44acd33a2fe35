"""What happens because a day has come: lapses, reminders, dates after a change of the calendar."""
