"""Licence: documents are composed, numbered, typeset, sealed, put in force, verified by QR."""
