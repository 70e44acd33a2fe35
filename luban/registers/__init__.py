"""台账: what the house knows besides its cases.

Dated registers (``*/book_spec.py`` with their CSV) are described once and edited by one mechanism, ``book``. A
register's ``__init__``, ``book_spec``, ``parts`` and ``rules`` are free of Django, so that items may use them.
"""
