"""Integrity: walk everything that was sealed or chained and say which row was touched."""
