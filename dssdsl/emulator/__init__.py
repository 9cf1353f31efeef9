"""A DSS in one process: its public REST API, its projects on disk, its Git."""
