"""函件送达: letters to bureaus of other provinces and other offices."""
