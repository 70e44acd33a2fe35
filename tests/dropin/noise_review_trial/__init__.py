"""施工噪声评审: an invented item with an automatic review, which a test drops into the house. No other file knows it."""
