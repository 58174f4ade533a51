"""The logarithmic scale of intensity that metrics, codecs, fits and figures share.

Separate from `metrics`, so that figures can be drawn without importing torch.
"""

DECADES = 6  # below a pattern's maximum: the range of a crop above its noise
FLOOR = 10.0**-DECADES  # of a pattern's maximum
