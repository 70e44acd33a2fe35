"""Migrations of the register of transfer permits."""
