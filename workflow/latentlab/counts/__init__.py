"""Lossless compression of detector frames of counts, masks included.

Each pixel's expectation is computed from pixels decoded before it, in exact integer arithmetic (`passes`). It
selects a context, whose symbol frequencies were fitted to the frame (`fitting`, `tables`), and a range coder
uses these frequencies (`rans`). `format` is the file format.
"""

from latentlab.counts.codec import decode, encode

__all__ = ["decode", "encode"]
