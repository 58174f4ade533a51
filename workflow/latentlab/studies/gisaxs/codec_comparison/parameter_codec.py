"""The parameter codec: a pattern as its two rows in the factor libraries, decoded by the simulator."""

from __future__ import annotations

import numpy as np

from latentlab.errors import BitstreamError
from latentlab.studies.gisaxs.parameter_space.library_search import search_of
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace


class ParameterCodec:
    """24 bits per pattern (0.00037 bits per pixel at 256 px): two indices of 12 bits and nothing else.

    It knows the simulator, so it can only code images of its library; any other is decoded as the nearest
    of these. Exposure is not kept: decoded patterns are relative to their maximum.

    Parameters
    ----------
    space : at most 4096 form factors and 4096 structure factors.
    counted : encode by the likelihood of photon counts instead of least squares in log10 intensity.
    """

    def __init__(self, space: PatternSpace, counted: bool = False) -> None:
        if max(len(space.form_parameters), len(space.structure_parameters)) > 4096:
            raise ValueError("an index of 12 bits needs libraries of at most 4096 entries")
        self.space = space
        self._search = search_of(space)
        self._find = self._search.by_photons if counted else self._search.by_squares

    def encode(self, image: np.ndarray) -> bytes:
        """3 bytes of a pattern (side, side), >= 0; ValueError as `LibrarySearch.checked`."""
        form, structure = self._find(self._search.checked(np.asarray(image)[None])[0])[0]
        return (int(form) << 12 | int(structure)).to_bytes(3, "big")

    def decode(self, data: bytes, side: int) -> np.ndarray:
        """The pattern, float32 (side, side), relative to its maximum.

        Raises
        ------
        BitstreamError : not 3 bytes, or an index outside a library. ValueError : a side that does not divide.
        """
        if len(data) != 3:
            raise BitstreamError(f"a pattern of the simulator's codec has 3 bytes, found {len(data)}")
        pair = np.array(divmod(int.from_bytes(data, "big"), 4096))
        if pair[0] >= len(self.space.form_parameters) or pair[1] >= len(self.space.structure_parameters):
            raise BitstreamError(f"the library has no pair of rows {tuple(pair.tolist())}")
        return self.space.patterns(pair[None], side)[0]
