"""Artificial gaps in a measured frame, of the detector's own widths, where the counts are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter

from latentlab.errors import FrameError
from latentlab.studies.gisaxs.restoration.checks import check_measured

PILATUS_GAPS = 17, 7  # rows and columns, detector pixels: where a frame's mask shows no gap of its own
COMPLETE = 0.9  # masked share of a row or column that is a gap between modules
LENGTHS = 8, 4, 2  # of a piece of a gap, in gap widths; shorter ones where there is room for few
FEW = 12  # pieces
ATTEMPTS = 4000


@dataclass(frozen=True)
class Piece:
    """A piece of an artificial gap: its `masked` areas, (rows, columns), and the `inner` part that is judged.

    Its ends are not judged: a true gap goes on there, an artificial one has measured pixels beside it. A gap
    between modules above each other goes across the whole detector: then the mirror image is masked, too.
    """

    across_rows: bool
    inner: tuple[slice, slice]
    masked: tuple[tuple[slice, slice], ...]


def binned_frame(counts: np.ndarray, mask: np.ndarray, binning: int) -> tuple[np.ndarray, np.ndarray]:
    """Sums of binning x binning detector pixels, and where they are not complete.

    A sum with one pixel missing is masked, so that every measured one is a Poisson count.

    Returns counts float32 (h // binning, w // binning), 0 where masked, and the mask, bool. Rows and columns
    that are left over at the bottom and at the right are not used.

    Raises
    ------
    FrameError : a frame of fewer pixels than one sum.
    """
    height, width = (side // binning for side in counts.shape)
    if not height or not width:
        raise FrameError(f"a frame of {counts.shape} pixels is too small for sums of {binning} x {binning}")
    bins = (height, binning, width, binning)
    part = slice(0, height * binning), slice(0, width * binning)
    missing = mask[part].reshape(bins).any(axis=(1, 3))
    total = np.where(mask[part], 0, counts[part]).reshape(bins).sum(axis=(1, 3), dtype=np.float64)
    return np.where(missing, 0, total).astype(np.float32), missing


def gap_widths(mask: np.ndarray, binning: int = 1) -> tuple[int, int]:
    """Rows of the gaps between modules above each other, and columns between those side by side, pixels.

    The widest run of rows (columns) that are masked nearly completely and end inside the image; without one,
    that of a Pilatus detector, binned.
    """
    found = []
    for axis, default in zip((1, 0), PILATUS_GAPS, strict=True):
        full = np.concatenate([[False], mask.mean(axis=axis) >= COMPLETE, [False]])
        edges = np.flatnonzero(np.diff(full.astype(int))).reshape(-1, 2)
        inside = [end - start for start, end in edges if start > 0 and end < len(full) - 2]
        found.append(int(max(inside, default=-(-default // binning))))
    return found[0], found[1]


def place_gaps(
    counts: np.ndarray,
    mask: np.ndarray,
    widths: tuple[int, int],
    pieces: int,
    rng: np.random.Generator,
    beam_column: float | None = None,
) -> list[Piece]:
    """Pieces of gaps where the frame was measured, half of them across the rows, half across the columns.

    Centres are drawn with a probability in proportion to the square root of the local mean count, so that
    bright and dark parts are judged. Pieces are eight gap widths long and keep a gap's width from each other
    and from what is masked; in a small frame they are shorter and closer.

    Parameters
    ----------
    counts, mask : (h, w), photons per pixel, and True where not measured.
    widths : rows and columns of a gap, from `gap_widths`. pieces : how many at most.
    beam_column : column of the specular plane, pixels, about which rows are mirrored; None for no mirror.

    Raises
    ------
    FrameError : there is no room for a single piece, or nothing is measured.
    """
    check_measured(counts, mask)
    best: list[Piece] = []
    for length in LENGTHS:
        placed = _placed(counts, mask, widths, pieces, rng, beam_column, length)
        best = max(best, placed, key=len)
        if len(best) >= min(pieces, FEW):
            break
    if not best:
        raise FrameError(
            f"there is no measured place for an artificial gap of {widths[0]} rows or {widths[1]} columns"
        )
    return best


def _placed(
    counts: np.ndarray,
    mask: np.ndarray,
    widths: tuple[int, int],
    pieces: int,
    rng: np.random.Generator,
    beam_column: float | None,
    length: int,
) -> list[Piece]:
    height, width = mask.shape
    # single bad pixels do not keep a piece away: they stay masked and are not judged
    blocked = (uniform_filter(mask.astype(np.float64), max(3, min(widths))) > 0.5) & mask
    level = np.sqrt(uniform_filter(np.where(mask, 0, counts).astype(np.float64), 15) + 1e-9)
    chance = np.cumsum(np.where(mask, 0, level).ravel())
    placed: list[Piece] = []
    for _ in range(ATTEMPTS):
        if len(placed) == pieces:
            break
        across = len(placed) % 2
        thick = widths[across]
        margin = thick if length == LENGTHS[0] else max(1, thick // 2)
        long = min(length * thick, (width, height)[across] // 2)
        size = (thick, long) if across == 0 else (long, thick)
        centre = divmod(int(np.searchsorted(chance, rng.uniform(0, chance[-1]))), width)
        top, left = (middle - side // 2 for middle, side in zip(centre, size, strict=True))
        areas = [(slice(top, top + size[0]), slice(left, left + size[1]))]
        if not across and beam_column is not None:
            first = round(2 * beam_column) - (left + size[1] - 1)
            areas.append((areas[0][0], slice(max(0, first), max(0, first + size[1]))))
        if not _free(blocked, areas[0], margin) or any(blocked[area].any() for area in areas[1:]):
            continue
        end = min(thick, long // 4)
        rows, columns = areas[0]
        inner = (
            (slice(rows.start + end, rows.stop - end), columns)
            if across
            else (rows, slice(columns.start + end, columns.stop - end))
        )
        placed.append(Piece(not across, inner, tuple(areas)))
        for area in areas:
            blocked[_grown(area, margin)] = True
    return placed


def _grown(area: tuple[slice, slice], margin: int) -> tuple[slice, slice]:
    return tuple(slice(max(0, side.start - margin), side.stop + margin) for side in area)


def _free(blocked: np.ndarray, area: tuple[slice, slice], margin: int) -> bool:
    """Whether an area and a margin about it lie inside the image and none of it is blocked."""
    inside = all(
        side.start >= margin and side.stop + margin <= length
        for side, length in zip(area, blocked.shape, strict=True)
    )
    return inside and not blocked[_grown(area, margin)].any()


def with_gaps(mask: np.ndarray, pieces: list[Piece]) -> np.ndarray:
    """The mask, bool (h, w), with the pieces masked too; a copy."""
    masked = mask.copy()
    for piece in pieces:
        for area in piece.masked:
            masked[area] = True
    return masked
