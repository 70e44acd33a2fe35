"""Yearly management plans of hazardous waste as the city's waste system holds them.

Source: domain brief 危险废物 §1.5.
"""
