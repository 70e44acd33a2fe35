"""The register of enterprises: what the data hub said of a firm, and the carriers its filed cases named.

It remembers so that a form can be filled in when the source is down and the next application starts complete; the
source stays the authority, and every entry says when and from where it came.
"""
