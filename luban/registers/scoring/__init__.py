"""The score bands (评分分档): which value or code gives how many points, by item and factor."""
