"""固废链: what other provinces write on the solid-waste chain about our cases."""
