"""Exemptions of hazardous waste: the general list and the point-to-point records, and what they free a case from.

Source: domain brief 危险废物 §1.4, §7.5.
"""
