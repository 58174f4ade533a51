"""Which of several latent spaces is best in a metric, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from latentlab.pipeline.tables.number_text import number_text
from latentlab.studies.landcover.latent_space.over_seeds import Space, difference_interval, seed_interval


def verdict(
    spaces: Sequence[Space], names: Sequence[str], metric: str, words: str, chance: float | None = None
) -> str:
    """A sentence that names the best space by its mean over the seeds, and those that cannot be told from it.

    A space is told from the best if the 95 % interval of the difference of their means over the seeds (Welch)
    lies above 0. If all are, the answer is decided; with one seed each nothing can be said.

    Parameters
    ----------
    names : of the spaces, as in the table. metric : of which more is better. words : what it measures.
    chance : what is reached by chance; a best space whose interval reaches down to it has found nothing.

    Raises
    ------
    ValueError : no space.
    """
    means = [space.values(metric).mean() for space in spaces]
    best = int(np.argmax(means))
    values = spaces[best].values(metric)
    low, high = seed_interval(values)
    found = f"By {words}, {names[best]} is best ({number_text(means[best])}"
    if np.isnan(low):
        return f"{found}); with one seed each, whether that is decided cannot be said."
    found = f"{found}, 95 % interval {number_text(low)} to {number_text(high)})"
    if chance is not None and low <= chance:
        return f"{found}, but not above chance ({number_text(chance)}): nothing is decided."
    others = [place for place in range(len(spaces)) if place != best]
    apart = {place: difference_interval(values, spaces[place].values(metric)) for place in others}
    single = [names[place] for place in others if np.isnan(apart[place][0])]
    alike = [names[place] for place in others if apart[place][0] <= 0]
    if single:
        return f"{found}; of {_listed(single)} there is one seed, so that it is not decided."
    if alike:
        return f"{found}, but that is not decided: {_listed(alike)} cannot be told from it over the seeds."
    return f"{found}, and that is decided over the seeds."


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{'; '.join(names[:-1])} and {names[-1]}"
