"""Datasets: tables and files of the Flow."""
