"""Migrations of the register of enterprises."""
