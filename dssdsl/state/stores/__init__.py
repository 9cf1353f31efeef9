"""Where state can be kept: one module per kind of store; none knows of another."""
