"""Order of coding: from one pixel to the whole frame; each level refines the lattice twofold in three passes.

On a lattice of known pixels A (even rows, even columns of the next one) the passes add B (odd, odd),
C (even, odd) and D (odd, even). A pass predicts all its pixels at once from pixels of earlier passes, so
that decoding needs no loop over pixels. Everything that the decoder recomputes is exact: integers, floats
that hold integers below 2**53, and single IEEE operations, which every machine rounds in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

KNOWN_BITS = 3  # known pixels are stored in units of 1/8 count, as masked ones hold a prediction
KNOWN_MAX = 1 << 19  # counts; brighter neighbours are clipped to it, so that sums of 324 of them fit 32 bits
EXPECTATION_BITS = 8  # expectations are stored in units of 1/256 count
WEIGHT_BITS = 14
# of the preliminary expectation, each with its own weights: below 1/4, 1, 4, 16, ... 1024 counts, and above
CLASSES = 8
CELLS_PER_OCTAVE = 4
CELLS = 92  # of the expectation, from 1/256 count; the last holds everything from 2**14.75 counts
TRENDS = 3  # the wider surroundings are darker, equally bright, or brighter
CONTEXTS = CELLS * TRENDS
PHASES = {"B": (1, 1), "C": (0, 1), "D": (1, 0)}
# pixels in each feature's sum, and the default weights of its mean (for dim and bright pixels)
FEATURES = {"B": (4, 16, 36, 324), "C": (2, 2, 8, 30, 270), "D": (2, 2, 4, 8, 30, 270)}
_DEFAULT = {
    "B": ((0.2, 0.3, 0.3, 0.2), (1.3, -0.3, 0.0, 0.0)),
    "C": ((0.07, 0.07, 0.31, 0.35, 0.2), (0.55, 0.55, -0.1, 0.0, 0.0)),
    "D": ((0.06, 0.06, 0.12, 0.21, 0.35, 0.2), (0.55, 0.55, 0.0, -0.1, 0.0, 0.0)),
}
_WIDE = {"B": (6, 6), "C": (5, 6), "D": (6, 5)}  # rows and columns of A around a pixel; far: 3 x 3 of these
_MARGIN = 9  # px by which the features extend beyond the lattice


@dataclass(frozen=True)
class Prediction:
    """What is known of a pass's pixels before they are coded; arrays of the pass's shape.

    features : int32, sums over known neighbours, in 1/8 count.
    classes : intp, class of preliminary expectation, 0 to CLASSES - 1.
    """

    features: list[np.ndarray]
    classes: np.ndarray


def levels(height: int, width: int) -> list[int]:
    """Strides in px of the known lattices, coarsest first: the first lattice is one pixel."""
    stride, strides = 1, []
    while stride < max(height, width):
        stride *= 2
        strides.append(stride)
    return strides[::-1]


def default_weights(phase: str) -> np.ndarray:
    """Weights (CLASSES, features), int16 in 2**-WEIGHT_BITS, for a pass without weights in the file."""
    dim, bright = (np.array(row) / FEATURES[phase] for row in _DEFAULT[phase])
    share = np.array([0.0, 0.1, 0.3, 0.6, 0.9, 1.0, 1.0, 1.0])[:, None]
    return np.round((dim * (1 - share) + bright * share) * (1 << WEIGHT_BITS)).astype(np.int16)


def _padded(lattice: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """`lattice` padded with its edge values, so that every shift up to the margin fits `shape`."""
    (height, width), (rows, columns) = shape, lattice.shape
    below, right = max(0, height - rows), max(0, width - columns)
    return np.pad(lattice, ((_MARGIN, _MARGIN + below), (_MARGIN, _MARGIN + right)), mode="edge")


def _box(
    padded: np.ndarray, top: int, left: int, rows: int, columns: int, shape: tuple[int, int]
) -> np.ndarray:
    """Sums over boxes of rows x columns px; a box starts at (top, left) relative to each pixel of `shape`."""
    height, width = shape
    band = padded[_MARGIN + top : _MARGIN + top + height].copy()
    for row in range(1, rows):
        band += padded[_MARGIN + top + row : _MARGIN + top + row + height]
    total = band[:, _MARGIN + left : _MARGIN + left + width].copy()
    for column in range(1, columns):
        total += band[:, _MARGIN + left + column : _MARGIN + left + column + width]
    return total


def predict(phase: str, known: dict[str, np.ndarray], shape: tuple[int, int]) -> Prediction:
    """Features and classes of the pixels of one pass.

    Parameters
    ----------
    phase : "B", "C" or "D".
    known : the lattices decoded so far, int32 in 1/8 count: A, and B for C, and B and C for D.
    shape : of the pass, both sides at least 1 px.
    """
    a = _padded(known["A"], shape)
    wide, far = _surroundings(a, phase, shape)
    if phase == "B":
        near, ring = _box(a, 0, 0, 2, 2, shape), _box(a, -1, -1, 4, 4, shape)
        return Prediction([near, ring, wide, far], _classes(4 * near + ring))
    b = _padded(known["B"], shape)
    if phase == "C":
        beside, above = _box(a, 0, 0, 1, 2, shape), _box(b, -1, 0, 2, 1, shape)
        ring = _box(a, -1, 0, 3, 2, shape) + _box(b, -1, -1, 2, 3, shape) - beside - above
        return Prediction([beside, above, ring, wide, far], _classes(4 * (beside + above) + 2 * ring))
    c = _padded(known["C"], shape)
    beside, above = _box(b, 0, -1, 1, 2, shape), _box(a, 0, 0, 2, 1, shape)
    diagonal = _box(c, 0, -1, 2, 2, shape)
    ring = _box(a, 0, -1, 2, 3, shape) + _box(b, -1, -1, 3, 2, shape) - beside - above
    features = [beside, above, diagonal, ring, wide, far]
    return Prediction(features, _classes(4 * (beside + above + diagonal)))


def _surroundings(a: np.ndarray, phase: str, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Sums of A over the box of `_WIDE` around each pixel, and over 3 x 3 such boxes."""
    (rows, columns), (height, width) = _WIDE[phase], shape
    boxes = _box(a, -2 - rows, -2 - columns, rows, columns, (height + 2 * rows, width + 2 * columns))
    far = boxes[:height] + boxes[rows : rows + height]
    far += boxes[2 * rows :]
    total = far[:, :width] + far[:, columns : columns + width]
    total += far[:, 2 * columns :]
    return boxes[rows : rows + height, columns : columns + width], total


def _classes(thirty_two_fold: np.ndarray) -> np.ndarray:
    """Class of preliminary expectation, two octaves each, of sums of 32 pixels in 1/8 count."""
    exponent = (_bits(np.maximum(thirty_two_fold, 1)) >> 23) - 127  # 8 = one count
    return np.clip((exponent - 4) >> 1, 0, CLASSES - 1).astype(np.intp)


def _bits(values: np.ndarray) -> np.ndarray:
    """Bit patterns of `values` as float32; the exponent is the integer part of their log2."""
    return values.astype(np.float32).view(np.int32)


def expectation(prediction: Prediction, weights: np.ndarray) -> np.ndarray:
    """Expected counts in 1/256, int32, from weights (CLASSES, features) int16; exact."""
    total = np.zeros(prediction.classes.shape)
    columns = weights.astype(np.float64).T.copy()
    for feature, column in zip(prediction.features, columns, strict=True):
        total += column.take(prediction.classes) * feature  # integers below 2**46
    total *= 2.0 ** (EXPECTATION_BITS - KNOWN_BITS - WEIGHT_BITS)  # exact: a power of two
    np.clip(total, 1, KNOWN_MAX << EXPECTATION_BITS, out=total)
    return total.astype(np.int32)


def contexts(phase: str, prediction: Prediction, expected: np.ndarray) -> np.ndarray:
    """Context of each pixel, intp below CONTEXTS: the cell of its expectation, and the trend around it."""
    first = 127 * CELLS_PER_OCTAVE
    cells = (_bits(expected) >> 21) - first
    mean = np.float32((1 << EXPECTATION_BITS - KNOWN_BITS) / FEATURES[phase][-2])
    wide = prediction.features[-2].astype(np.float32) * mean + np.float32(1)
    trend = np.clip((wide.view(np.int32) >> 21) - first - cells, -1, 1) + 1
    return (np.minimum(cells, CELLS - 1) * TRENDS + trend).astype(np.intp)


def interleave(a: np.ndarray, known: dict[str, np.ndarray], shape: tuple[int, int]) -> np.ndarray:
    """The lattice of the next level, int32 `shape`, from A and the passes B, C and D."""
    whole = np.empty(shape, np.int32)
    whole[::2, ::2] = a
    for phase, (row, column) in PHASES.items():
        place = whole[row::2, column::2]
        if place.size:
            place[...] = known[phase]
    return whole
