"""Dates as the sales team counts them; recipes import it as ``sales.calendar``."""

import pandas as pd


def fiscal_week(day: pd.Series) -> pd.Series:
    """The fiscal week of each day, such as 2026-W07; the fiscal year begins in February."""
    shifted = pd.to_datetime(day) - pd.DateOffset(months=1)
    return shifted.dt.strftime("%G-W%V")
