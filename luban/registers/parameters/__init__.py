"""参数: figures officials may change from a future day on. An item adds its own by ``params.csv`` in its folder."""
