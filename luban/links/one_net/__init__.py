"""市一网通办: the city's case library and the enterprise's home page."""
