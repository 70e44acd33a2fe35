"""编号: numbers that are handed out once, kept by their document, and never used again when abandoned."""
