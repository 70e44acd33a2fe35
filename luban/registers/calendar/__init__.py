"""工作日历: the days on which offices work although it is a weekend, or rest although it is not."""
