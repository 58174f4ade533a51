"""Fill the gaps of one measured frame, by the method that fills the frame's own artificial gaps best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from latentlab.studies.gisaxs.restoration.adaptation import adapted
from latentlab.studies.gisaxs.restoration.artificial_gaps import Piece, gap_widths, place_gaps, with_gaps
from latentlab.studies.gisaxs.restoration.gap_scores import GapScore, score_gaps
from latentlab.studies.gisaxs.restoration.methods import REFERENCE_TITLES
from latentlab.studies.gisaxs.restoration.references import fill_frame, frame_references
from latentlab.studies.gisaxs.restoration.restorer import Restored, Restorer

PIECES = 96  # of artificial gaps, at most
NETWORK, ADAPTED, CHOSEN = "network", "adapted", "chosen"
# The references that a network's result is averaged with
PARTNERS = (
    ("total-variation",),
    ("non-local-means",),
    ("mirror",),
    ("total-variation", "non-local-means"),
)
METHOD_TITLES = {
    **REFERENCE_TITLES,
    NETWORK: "restoration network",
    ADAPTED: "network adapted to the frame",
    CHOSEN: "chosen for this frame",
}
CLEARLY = 2.0  # standard errors
LN10 = float(np.log(10.0))


@dataclass(frozen=True)
class FilledFrame:
    """A frame with its gaps filled, and how well artificial ones were.

    Attributes
    ----------
    counts, mask : float32 and bool (h, w), as they were measured: photons per pixel, 0 where masked.
    filled : float32 (h, w): the measured counts as they are, the expected ones in the gaps.
    expected : float32 (h, w), photons expected per pixel, everywhere. deviation : standard deviation of its
        log10, decades.
    scores : by method, in artificial gaps. candidates : mean error of all that could be chosen, decades.
    members : the methods whose geometric mean was chosen.
    gap_rows, gap_columns : width of the artificial gaps, pixels.
    """

    counts: np.ndarray
    mask: np.ndarray
    filled: np.ndarray
    expected: np.ndarray
    deviation: np.ndarray
    scores: dict[str, GapScore]
    candidates: dict[str, float]
    members: tuple[str, ...]
    gap_rows: int
    gap_columns: int


def fill_gaps(
    counts: np.ndarray,
    mask: np.ndarray,
    restorer: Restorer,
    *,
    beam_column: float,
    horizon_row: float,
    seed: int = 0,
) -> FilledFrame:
    """Restore one frame and judge it on artificial gaps in it.

    Pieces of artificial gaps are masked. Every reference and the network fill them; the network is also
    trained on, without these pixels (`adaptation`). The best method is chosen (`choose`) among all of these
    and means in the logarithm of a network's result and references, and fills the frame with its own mask.
    Its score is that of a choice without the piece that is judged: each half of the pieces is judged by what
    the other half chooses. Where a reference is chosen, the network gives the expected counts of measured
    pixels only.

    Parameters
    ----------
    counts : (h, w), photons per pixel. mask : bool (h, w), True where not measured.
    beam_column, horizon_row : where alpha_f = 0 and 2theta_f = 0, pixels of this image. pyFAI's rings are
        about this point, as the direct beam's row is not known.
    seed : of the pieces, of the adaptation and of the intervals.

    Raises
    ------
    FrameError : nothing is measured, or no artificial gap has room.
    """
    counts = np.where(mask, 0, counts).astype(np.float32)
    widths = gap_widths(mask)
    pieces = place_gaps(counts, mask, widths, PIECES, np.random.default_rng(seed), beam_column)
    hidden = with_gaps(mask, pieces)
    seen = np.where(hidden, 0, counts)
    results = fill_frame(seen, hidden, beam_column, horizon_row)
    own = adapted(restorer, seen, hidden, widths, seed=seed)
    results[NETWORK], results[ADAPTED] = (one(seen, hidden).expected for one in (restorer, own))
    candidates = _candidates(list(results))
    means = {name: geometric_mean(results, members) for name, members in candidates.items()}
    rated = score_gaps(counts, mask, pieces, means)
    members = candidates[choose(rated)]
    results[CHOSEN] = geometric_mean(results, members).copy()
    for choosing, judging in _halves(pieces):
        chosen = means[choose(score_gaps(counts, mask, choosing, means))]
        for piece in judging:
            results[CHOSEN][piece.inner] = chosen[piece.inner]
    scores = score_gaps(counts, mask, pieces, results, seed)
    network = own if rated[ADAPTED].error < rated[NETWORK].error else restorer
    restored = network(counts, mask)
    final = dict.fromkeys((NETWORK, ADAPTED), restored.expected)
    if members not in ((NETWORK,), (ADAPTED,)):
        methods = frame_references(beam_column, horizon_row)
        final |= {name: methods[name](counts, mask) for name in members if name in methods}
    inside = geometric_mean(final, members)
    expected = np.where(mask, inside, with_own_counts(restored, counts)).astype(np.float32)
    return FilledFrame(
        counts=counts,
        mask=mask,
        filled=np.where(mask, expected, counts).astype(np.float32),
        expected=expected,
        deviation=restored.deviation,
        scores=scores,
        candidates={name: score.error for name, score in rated.items()},
        members=members,
        gap_rows=widths[0],
        gap_columns=widths[1],
    )


def choose(scores: Mapping[str, GapScore]) -> str:
    """The method to fill gaps by: the adapted network, unless another one is clearly better.

    The network as it was trained takes the adapted one's place where its mean error is less. Another method
    is clearly better if its mean error is less by more than two standard errors of the difference on the
    same gaps; of several the one with the least error. A choice of the least error alone would follow chance:
    a few gaps at the specular rod decide it.
    """
    base = ADAPTED if scores[ADAPTED].error < scores[NETWORK].error else NETWORK
    better = {}
    for name, score in scores.items():
        pairs = scores[base].of_pieces - score.of_pieces
        pairs = pairs[np.isfinite(pairs)]
        if len(pairs) > 2 and pairs.mean() > CLEARLY * pairs.std(ddof=1) / np.sqrt(len(pairs)):
            better[name] = score.error
    return min(better, key=better.__getitem__) if better else base


def _halves(pieces: list[Piece]) -> list[tuple[list[Piece], list[Piece]]]:
    """Each half of the pieces with the other one; both have gaps across rows and columns, which alternate."""
    first, second = (
        [piece for i, piece in enumerate(pieces) if i // 2 % 2 == half and len(pieces) > 2] or pieces
        for half in (0, 1)
    )
    return [(first, second), (second, first)]


def _candidates(names: list[str]) -> dict[str, tuple[str, ...]]:
    """Every method alone, and a network's result with its partners."""
    found: dict[str, tuple[str, ...]] = {name: (name,) for name in names}
    for network in (NETWORK, ADAPTED):
        for partners in PARTNERS:
            found[" + ".join((network, *partners))] = (network, *partners)
    return found


def geometric_mean(images: Mapping[str, np.ndarray], members: tuple[str, ...]) -> np.ndarray:
    """Mean in the logarithm of some of the images, float32 (h, w), photons per pixel."""
    if len(members) == 1:
        return images[members[0]]
    logarithms = [np.log(np.maximum(images[name], 1e-6)) for name in members]
    return np.exp(np.mean(logarithms, axis=0)).astype(np.float32)


def with_own_counts(restored: Restored, counts: np.ndarray) -> np.ndarray:
    """Expectation of measured pixels after their own counts, float64 (h, w), photons per pixel.

    The posterior mean of a gamma prior whose mean and relative deviation are those of the restoration. It
    changes little where few photons are counted. Where there are many, in the specular rod, the pixel's own
    count says more than those around it. The restoration has used that count too, so it counts twice.
    """
    weight = 1 / (LN10 * restored.deviation.astype(np.float64)) ** 2
    return (weight + counts) / (weight / restored.expected + 1)
