"""The top of the house: settings, addresses, discovery of items and the launcher that starts everything."""
