"""Migrations of the register of licences."""
