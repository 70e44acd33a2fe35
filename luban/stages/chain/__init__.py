"""Chain: what is put in evidence, with the digests both ends of the chain compute."""
