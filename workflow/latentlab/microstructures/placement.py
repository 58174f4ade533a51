"""Random positions of boxes with a least distance: rejection, one box after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

RESTARTS = 200  # after so many incomplete arrangements no complete one is expected

Box = tuple[int, int, int, int]  # start and extent along the first axis, start and extent along the second
Size = tuple[int, int]


def apart(box: Box, others: Iterable[Box], gap: float) -> bool:
    """Whether at least `gap` px are free between `box` and each of the others (Euclidean distance)."""
    start, extent, across, breadth = box
    for other_start, other_extent, other_across, other_breadth in others:
        along_gap = max(other_start - start - extent, start - other_start - other_extent, 0)
        across_gap = max(other_across - across - breadth, across - other_across - other_breadth, 0)
        if along_gap * along_gap + across_gap * across_gap < gap * gap:
            return False
    return True


def arrange(
    sizes: Callable[[], Sequence[Size]], propose: Callable[[Size], Box], gap: float, tries: int
) -> list[Box] | None:
    """Boxes at random positions, each at least `gap` px from those before it.

    Parameters
    ----------
    sizes : draws the extents of all boxes of one arrangement.
    propose : draws a position for a box of given extents.
    gap : least free distance between two boxes, in px of the boxes' coordinates, positive.
    tries : proposals per box; if none keeps the distance, all boxes are drawn again, with new sizes.

    Returns
    -------
    The boxes, as many as `sizes` draws, or None if `RESTARTS` arrangements could not be completed.
    """
    for _ in range(RESTARTS):
        boxes: list[Box] = []
        for size in sizes():
            for _ in range(tries):
                box = propose(size)
                if apart(box, boxes, gap):
                    boxes.append(box)
                    break
            else:
                break  # no room left
        else:
            return boxes
    return None
