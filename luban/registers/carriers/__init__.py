"""The library of carriers of hazardous waste: firms, vehicles, persons, their filings, and who may be chosen.

A carrier enters and changes through a filing that the evaluating institution has passed, never by an applicant's
typing. Source: domain brief 危险废物 §1.1.
"""
