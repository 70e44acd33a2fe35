"""The client of the solid-waste chain's gateway."""
