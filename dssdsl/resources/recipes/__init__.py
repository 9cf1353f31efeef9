"""Recipes: what makes datasets, folders and models out of others."""
