"""A law of durations."""

from scipy import special

from bcpsim.extend import Duration, Floats


def pert(u: Floats, *, low: Duration, mode: Duration, high: Duration) -> Floats:
    """PERT: a beta law from low to high with this mode, as planners of projects use it."""
    if not (low <= mode <= high and low < high):
        raise ValueError("low, mode and high must not decrease, and low must be below high")
    a = 1 + 4 * (mode - low) / (high - low)
    b = 1 + 4 * (high - mode) / (high - low)
    return low + (high - low) * special.betaincinv(a, b, u)
