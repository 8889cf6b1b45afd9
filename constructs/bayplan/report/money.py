"""Money as people read it."""

from __future__ import annotations

HOURS_A_MONTH = 730
"""365.25 days of 24 hours, by 12, as cloud price lists have it."""


def usd_per_hour(e4_usd: int) -> str:
    """`1.2096`: four decimals as prices are quoted, without losing one."""
    return f"{e4_usd // 10_000:,}.{e4_usd % 10_000:04d}"


def usd_per_month(e4_usd: int) -> str:
    """`883`: whole dollars, rounded half up."""
    return f"{(e4_usd * HOURS_A_MONTH + 5_000) // 10_000:,}"


def span(low: str, high: str) -> str:
    """`3 … 12`, or `3` where both ends are the same."""
    return low if low == high else f"{low} … {high}"
