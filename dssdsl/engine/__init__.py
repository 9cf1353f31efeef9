"""Wanted + recorded + live → plan → state."""
