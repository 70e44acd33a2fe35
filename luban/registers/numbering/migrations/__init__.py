"""Migrations of the numbering tables."""
