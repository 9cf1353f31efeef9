"""What the last deployment left."""
