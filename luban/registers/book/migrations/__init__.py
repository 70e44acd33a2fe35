"""Migrations of the register maintenance tables."""
