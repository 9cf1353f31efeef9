"""Scenarios: what they do, what starts them, whom they tell."""
