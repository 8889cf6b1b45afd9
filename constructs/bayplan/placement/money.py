"""Money as people read it: prices, budgets and savings in messages."""

from __future__ import annotations

HOURS_A_MONTH = 730
"""365.25 days of 24 hours, by 12, as cloud price lists have it."""


def usd(e4_usd: int) -> str:
    """`1.2096`: four decimals as prices are quoted, without losing one."""
    return f"{'-' * (e4_usd < 0)}{abs(e4_usd) // 10_000:,}.{abs(e4_usd) % 10_000:04d}"


def usd_a_month(e4_usd: int) -> str:
    """`883`: whole dollars of a price per hour, rounded half up."""
    dollars = (abs(e4_usd) * HOURS_A_MONTH + 5_000) // 10_000
    return f"{'-' * (e4_usd < 0 < dollars)}{dollars:,}"


def signed(e4_usd: int) -> str:
    """`+0.4032` or `-0.4032`: what changes."""
    return ("" if e4_usd < 0 else "+") + usd(e4_usd)
