"""Where vehicles report from: what the track platform last said of each plate.

Source: domain brief 危险废物 §1.5, §7.1.
"""
