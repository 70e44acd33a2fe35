"""Migrations of the register of vehicle tracks."""
