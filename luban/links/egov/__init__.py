"""电子政务平台: the officials' to-do list."""
