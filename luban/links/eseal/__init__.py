"""电子印章: seals of offices and online signing by enterprises."""
