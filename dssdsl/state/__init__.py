"""The recorded state of deployments."""
