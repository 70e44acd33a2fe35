"""Hazardous waste as the national catalogue and the dictionaries know it: codes, hazards, ways of use and disposal,
packaging, what must not be treated how, distances between counties, what other provinces refuse.

Source: domain brief 危险废物 §1.5, §7.2, §12.
"""
