"""绿办 Luban: an integrated government-service platform for ecology and environment."""
