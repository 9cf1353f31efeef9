"""Plans as values: the engine creates and runs them, the command line shows them."""
