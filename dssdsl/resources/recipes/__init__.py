"""Recipes: they compute datasets, folders and models from others."""
