"""The logarithmic scale of intensity that metrics, codecs, fits and figures share.

Apart from `metrics`, so that who draws a figure need not import torch.
"""

DECADES = 6  # below a pattern's maximum: what its crop holds above its noise
FLOOR = 10.0**-DECADES  # of a pattern's maximum
