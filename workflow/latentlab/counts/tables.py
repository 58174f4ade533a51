"""Frequencies of the symbols in each context: a distribution (law) of a fixed family, or a stored histogram.

Where at most 8 counts are expected, a symbol is the count itself; above, it is the distance from the
expectation in steps of a power of two, and the bits below a step are stored unchanged. Symbol 0 stands for
all other values. The laws are computed only by additions, multiplications and divisions in a fixed order,
which IEEE arithmetic rounds in the same way on every machine.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from latentlab.counts.passes import CELLS, CELLS_PER_OCTAVE, EXPECTATION_BITS, TRENDS
from latentlab.counts.rans import PRECISION

SYMBOLS = 128
CENTRE = 64  # symbol of the expectation itself, where symbols are distances
ESCAPE = 0
TOTAL = 1 << PRECISION
_FIRST_DISTANCE = (EXPECTATION_BITS + 3) * CELLS_PER_OCTAVE  # cell of 8 counts
_MEANS = (0.35, 0.5, 0.65, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0)  # of the cell's expectation
_SHAPES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0, 1024.0)  # r of the negative binomial law
_WIDTHS = (0.6, 0.8, 1.0, 1.3, 1.6, 2.0, 2.6, 3.4, 4.5, 6.0, 9.0, 14.0, 22.0)  # steps
_POWERS = (1, 2, 4, 16)  # of Student's t distribution, (degrees of freedom + 1) / 2


def _octaves() -> np.ndarray:
    return np.arange(CELLS) // CELLS_PER_OCTAVE - EXPECTATION_BITS


def steps() -> np.ndarray:
    """Step of each context as a power of two, int64 (CONTEXTS,): about half a Poisson deviation."""
    octaves = _octaves()
    by_cell = np.maximum(octaves // 2 - 1, octaves - 7)
    by_cell[:_FIRST_DISTANCE] = 0
    return np.repeat(np.maximum(by_cell, 0), TRENDS).astype(np.int64)


def are_distances() -> np.ndarray:
    """Whether a context's symbols are distances from the expectation, bool (CONTEXTS,)."""
    return np.repeat(np.arange(CELLS) >= _FIRST_DISTANCE, TRENDS)


def _negative_binomial(mean: float, shape: float) -> np.ndarray:
    """Probabilities of 0 to SYMBOLS - 2 counts up to a common factor, from their recurrence."""
    ratio = mean / (mean + shape)
    law = [1.0]
    for count in range(SYMBOLS - 2):
        law.append(law[-1] * (count + shape) / (count + 1) * ratio)
    return np.array([0.0, *law])


def _student(width: float, power: int) -> np.ndarray:
    """Student's t distribution of the distance in steps, up to a common factor; its power is an integer."""
    law = np.zeros(SYMBOLS)
    for symbol in range(1, SYMBOLS):
        base = 1.0 + (symbol - CENTRE) * (symbol - CENTRE) / (width * width * (2 * power - 1))
        value = 1.0
        for _ in range(power):
            value /= base
        law[symbol] = value
    return law


def frequencies(law: np.ndarray) -> np.ndarray:
    """Integer frequencies (SYMBOLS,) with sum 2**14 from a law or counts; that of symbol 0 is never 0.

    Symbols that are too rare for a frequency are coded by symbol 0.
    """
    total = 0.0
    for value in law.tolist():  # in order: a sum's rounding depends on it
        total += value
    scaled = np.floor(law * ((TOTAL - 1) / total) + 0.5).astype(np.int64)
    scaled[ESCAPE] = max(scaled[ESCAPE], 1)
    scaled[scaled.argmax()] += TOTAL - scaled.sum()
    return scaled


@cache
def law_frequencies(cell: int) -> np.ndarray:
    """Frequencies (laws, SYMBOLS) of every law that can be chosen for a context of this cell."""
    if cell >= _FIRST_DISTANCE:
        laws = [_student(width, power) for width in _WIDTHS for power in _POWERS]
    else:
        octave = 2.0 ** (cell // CELLS_PER_OCTAVE - EXPECTATION_BITS)
        centre = octave * (1.0 + (cell % CELLS_PER_OCTAVE + 0.5) / CELLS_PER_OCTAVE)
        laws = [_negative_binomial(centre * mean, shape) for mean in _MEANS for shape in _SHAPES]
    table = np.stack([frequencies(law) for law in laws])
    table.flags.writeable = False
    return table
