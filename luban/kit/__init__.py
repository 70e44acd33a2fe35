"""The vocabulary service items are written in. Nothing here knows a database, a web page or a partner system."""
