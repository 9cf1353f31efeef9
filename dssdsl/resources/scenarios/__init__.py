"""Scenarios: steps, triggers, reporters."""
