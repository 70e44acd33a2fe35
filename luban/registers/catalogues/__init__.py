"""目录: solid waste categories and codes, which end use suits which waste, industries and their departments."""
