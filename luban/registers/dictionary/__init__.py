"""字典: the codes forms use and their Chinese names. An item adds its own by ``dictionary.csv`` in its folder."""
