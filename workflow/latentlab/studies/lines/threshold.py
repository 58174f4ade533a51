"""The threshold below which a pixel is black, that is, part of a line."""

THRESHOLD = 0.05  # document, section B.2
