"""Lossless compression of detector frames of counts, masks included.

Each pixel's expectation comes from pixels decoded before it, and is exact integer arithmetic (`passes`);
what is known of it names a context whose frequencies were fitted to the frame (`fitting`, `tables`) and
drive a range coder (`rans`). `format` is the file.
"""

from latentlab.counts.codec import decode, encode

__all__ = ["decode", "encode"]
