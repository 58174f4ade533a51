"""The verdicts on a claim."""

from __future__ import annotations

HOLDS, FAILS, UNDECIDED = "holds", "does not hold", "undecided"
NOT_COMPARABLE, NOT_EVALUATED = "not comparable at this scale", "not evaluated at this scale"
# each with its class in the report's style sheet
CLASSES = {
    HOLDS: "holds",
    FAILS: "fails",
    UNDECIDED: "undecided",
    NOT_COMPARABLE: "scale",
    NOT_EVALUATED: "open",
}
