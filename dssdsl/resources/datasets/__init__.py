"""Datasets: tables and files that flow."""
