"""Permits to move hazardous waste over the province border: who, to whom, what, how much, how much of it has gone.

Capacity, quotas and quantities are taken here, inside the act's transaction. Source: domain brief 危险废物 §1.5.
"""
