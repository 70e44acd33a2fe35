"""The register of licences (证照与文书): what was issued to whom, for how long, and whether it still holds.

`parts` and `status` say what a licence is and what the verification page reads; `decisions` holds the rules of
change; `offers` and `memory` run them on PostgreSQL and in memory. Only `models` and `book_of_licences` know Django.
"""
