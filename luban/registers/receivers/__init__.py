"""Firms that take hazardous waste in: facilities, licences, what a licence covers, how much room is left.

Source: domain brief 危险废物 §1.2.
"""
