"""Migrations of the register of management plans."""
