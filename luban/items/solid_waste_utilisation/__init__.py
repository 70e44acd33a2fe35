"""Filing of solid waste that leaves the city to be used (一般固体废物跨省转移利用备案)."""
