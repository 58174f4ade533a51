"""Synthetic two-phase microstructures: lines, shapes, random fields, grain boundaries, discs.

Images are uint8: 0 the inclusions, 1 the matrix.
"""

from latentlab.microstructures.dataset import KINDS, Microstructures, generate, prepare

__all__ = ["KINDS", "Microstructures", "generate", "prepare"]
