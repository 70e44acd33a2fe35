"""行政区划: provinces, cities and counties by their six-digit code (GB/T 2260), and Shanghai's special areas."""
