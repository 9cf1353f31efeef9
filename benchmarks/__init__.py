"""How long things take, and how many requests."""
