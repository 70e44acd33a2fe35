"""危险废物跨省转移许可（转出）: the permit to move hazardous waste out of Shanghai to another province."""
