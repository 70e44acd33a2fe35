"""The tables of the library of carriers, step by step."""
