"""法律依据: every article the house cites, with its dates of force and what takes its place."""
