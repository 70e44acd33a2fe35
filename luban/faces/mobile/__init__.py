"""The phone's own pages: handing in materials by a scanned code. Everything else is the portal, which fits a phone."""
