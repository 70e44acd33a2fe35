"""Revocation of a filed transfer for utilisation (备案撤销)."""
