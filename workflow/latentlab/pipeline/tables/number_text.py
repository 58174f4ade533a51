"""Numbers as people read them in tables: three significant digits, exponents only where they are needed."""

from __future__ import annotations

import math
from collections.abc import Sequence

DIGITS = 3  # significant
DECIMAL = (-3, 6)  # decades written without an exponent: 0.001 up to 999999
NEAR_ONE = 0.99  # above it, a score shows two digits of its distance to 1 ...
MOST_DECIMALS = 6  # ... with at most so many decimals


def number_text(
    value: float | int | None, whole: bool = False, score: bool = False, digits: int = DIGITS
) -> str:
    """A number for people: 0.357, 158000, 12, 5.87e-5; empty for NaN and None.

    Parameters
    ----------
    value : the number; integers keep all their digits.
    whole : without decimals, for means of bytes, counts or epochs.
    score : whether 1 is the best value; just below it two digits of the distance to 1 are kept, as 0.99942
        and 0.9986 would else read alike.
    digits : significant digits.
    """
    if value is None or math.isnan(value):
        return ""
    if math.isinf(value):
        return "-∞" if value < 0 else "∞"
    if whole:
        return str(round(value))
    if isinstance(value, int) or (float(value).is_integer() and abs(value) < 10 ** DECIMAL[1]):
        return str(int(value))
    rounded = f"{value:.{digits - 1}e}"
    mantissa, exponent = rounded.split("e")
    if not DECIMAL[0] <= int(exponent) < DECIMAL[1]:
        return f"{_short(mantissa)}e{int(exponent)}"
    if score and NEAR_ONE < value < 1:
        decimals = min(MOST_DECIMALS, 1 - math.floor(math.log10(1 - value)))
        return _short(f"{value:.{decimals}f}")
    return _short(f"{float(rounded):.{max(0, digits - 1 - int(exponent))}f}")


def mean_and_range(values: Sequence[float], whole: bool = False, score: bool = False) -> tuple[str, str]:
    """Mean and range of several trainings: "0.986" and "0.979 to 0.991"; no range where all read alike.

    Trainings without a value are left out, and counted: "2.4 to 2.6; 2 of 3". `whole`, `score` : as
    `number_text`.
    """
    known = [float(value) for value in values if not math.isnan(value)]
    if not known:
        return "", ""
    mean, low, high = (
        number_text(value, whole, score) for value in (sum(known) / len(known), min(known), max(known))
    )
    notes = [] if mean == low == high else [f"{low} to {high}"]
    if len(known) < len(values):
        notes.append(f"{len(known)} of {len(values)}")
    return mean, "; ".join(notes)


def _short(digits: str) -> str:
    """Without zeros at the end of the decimals."""
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
