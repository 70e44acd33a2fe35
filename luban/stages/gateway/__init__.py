"""The chain gateway: the one door to the contracts, for other provinces' systems over HTTP and for ourselves in process."""
