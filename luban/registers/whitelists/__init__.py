"""White lists of receiving firms, national and provincial, imported province by province, with their history.

Source: domain brief 危险废物 §1.3.
"""
