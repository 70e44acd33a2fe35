"""Sign-in pages: one for firms, one for officials; signing out; choosing the active role; coming back after a break."""
