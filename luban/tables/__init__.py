"""Rows of tables by statements whose text never changes, for the few places that are taken thousands of times an hour."""
