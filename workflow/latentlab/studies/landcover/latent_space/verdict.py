"""Which of several latent spaces is best in a metric, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from latentlab.pipeline.tables.number_text import number_text
from latentlab.studies.landcover.latent_space.metric_names import INTERVAL
from latentlab.studies.landcover.latent_space.over_seeds import Space, difference_interval, seed_interval
from latentlab.studies.landcover.latent_space.titles import NAMES


def verdict(
    spaces: Sequence[Space], metric: str, words: str, chance: float, components: Sequence[float] = ()
) -> str:
    """A sentence that names the best space by its mean over the seeds, and those that cannot be told from it.

    A space is told from the best if the 95 % interval of the difference of their means over the seeds (Welch)
    lies above 0. If all are, the answer is decided; with one seed each nothing can be said.

    Parameters
    ----------
    metric : of which more is better. words : what it measures.
    chance : what is reached by chance; a best space whose interval reaches down to it has found nothing.
    components : of each space, what as many principal components of the pixels reach; none if not measured.

    Raises
    ------
    ValueError : no space.
    """
    names = [f"{_name(space)} with {space.latent} latents" for space in spaces]
    means = [space.values(metric).mean() for space in spaces]
    best = int(np.argmax(means))
    values = spaces[best].values(metric)
    low, high = seed_interval(values)
    found = f"By {words}, {names[best]} is best ({number_text(means[best])}"
    if np.isnan(low):
        return f"{found}); with one seed each, whether that is decided cannot be said."
    found = f"{found}, 95 % interval {number_text(low)} to {number_text(high)})"
    if low <= chance:
        return f"{found}, but not above chance ({number_text(chance)}): nothing is decided."
    beside = _over_sites(spaces[best], metric)
    beside += _beside(components[best], low, high) if len(components) else ""
    others = [place for place in range(len(spaces)) if place != best]
    apart = {place: difference_interval(values, spaces[place].values(metric)) for place in others}
    single = [names[place] for place in others if np.isnan(apart[place][0])]
    alike = [names[place] for place in others if apart[place][0] <= 0]
    if single:
        return f"{found}; of {_listed(single)} there is one seed, so that it is not decided.{beside}"
    if alike:
        undecided = f"but that is not decided: {_listed(alike)} cannot be told from it over the seeds."
        return f"{found}, {undecided}{beside}"
    return f"{found}, and that is decided over the seeds.{beside}"


def _over_sites(space: Space, metric: str) -> str:
    """What drawing the test sites anew gives for one training: means over the seeds of the ends."""
    ends = [f"{metric}{end}" for end in INTERVAL]
    if any(end not in summary for summary in space.summaries for end in ends):
        return ""
    low, high = (number_text(float(space.values(end).mean())) for end in ends)
    return f" For one training, drawing the test sites anew gives {low} to {high}."


def _beside(components: float, low: float, high: float) -> str:
    """How as many principal components compare with an interval."""
    if np.isnan(components):
        return ""
    found = "more" if components > high else "less" if components < low else "which cannot be told from it"
    return f" As many principal components of the pixels reach {number_text(components)}, {found}."


def _name(space: Space) -> str:
    return NAMES.get(space.architecture, f"architecture {space.architecture}")


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
