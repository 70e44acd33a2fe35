"""市固废管理系统: filings and permits flow back to supervision."""
