"""Which atoms patches are cut at: all, or those of the bright or the faint sublattice."""

from __future__ import annotations

import numpy as np

from latentlab.studies.microscopy.atoms.find_atoms import Found


def sublattice(found: Found, which: str) -> np.ndarray:
    """Mask of the atoms of a sublattice, by height: bright and faint are divided between the two modes.

    The threshold is Otsu's, of the logarithm of heights. "all" are all atoms.
    """
    if which == "all":
        return np.ones(len(found), dtype=bool)
    from skimage.filters import threshold_otsu

    # a few fits at the border are almost flat: no sublattice of their own
    heights = np.log(np.maximum(found.height, max(np.percentile(found.height, 5), 1e-3)))
    bright = heights > threshold_otsu(heights)
    return bright if which == "bright" else ~bright
