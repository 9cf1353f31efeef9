"""Decides what to do, and does none of it."""
