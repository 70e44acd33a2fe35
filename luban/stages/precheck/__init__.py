"""Precheck: find what would be sent back later, on the page and again at submission."""
