"""土壤采样作业报告: an invented item that a test drops into the house. No other file knows it."""
