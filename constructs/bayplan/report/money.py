"""Money and figures as people read them."""

from __future__ import annotations

from bayplan.placement.money import usd, usd_a_month


def usd_per_hour(e4_usd: int) -> str:
    """`1.2096`: four decimals as prices are quoted, without losing one."""
    return usd(e4_usd)


def usd_per_month(e4_usd: int) -> str:
    """`883`: whole dollars, rounded half up."""
    return usd_a_month(e4_usd)


def span(low: str, high: str) -> str:
    """`3 … 12`, or `3` where both ends are the same."""
    return low if low == high else f"{low} … {high}"


def percent(permyriad: int | None) -> str:
    """`0.43 %` of hundredths; `unknown` where nothing is known."""
    if permyriad is None:
        return "unknown"
    return f"{permyriad // 100}.{permyriad % 100:02d} %" if permyriad else "0 %"


def change_of(low_e4_usd: int, high_e4_usd: int) -> str:
    """`costs 1.2000 USD/h more (876 USD a month)`, at both ends of the load where they differ."""
    if not low_e4_usd and not high_e4_usd:
        return "costs the same"
    if low_e4_usd * high_e4_usd < 0:
        low, high = change_of(low_e4_usd, low_e4_usd), change_of(high_e4_usd, high_e4_usd)
        return f"at minimum load {low}, at maximum load {high}"
    ends = sorted((abs(low_e4_usd), abs(high_e4_usd)))
    hourly, monthly = span(*map(usd_per_hour, ends)), span(*map(usd_per_month, ends))
    if low_e4_usd + high_e4_usd > 0:
        return f"costs {hourly} USD/h more ({monthly} USD a month)"
    return f"saves {hourly} USD/h ({monthly} USD a month)"
