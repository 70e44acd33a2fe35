"""The big screen: the chain of solid waste for a hall, 1920 × 1080, readable from five metres."""
