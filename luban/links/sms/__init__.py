"""短信: text messages."""
