"""One image of a detector's own file format (CBF, EDF, TIFF, ...), by fabio."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.errors import FrameError


def read_image(path: Path, index: int) -> tuple[np.ndarray, dict[str, str], str]:
    """Counts (h, w) in photons a pixel, of the file's type, header as text, and source of one image.

    Raises FrameError where the file is missing, damaged or no image of two dimensions, or has no such index.
    """
    import fabio  # here, as only your own frames need it

    if not path.is_file():
        raise FrameError(f"{path}: there is no such file; expected a detector image")
    try:
        with fabio.open(str(path)) as image:
            if not 0 <= index < image.nframes:
                raise FrameError(f"{path}: there is no image {index}; the file holds {image.nframes}, from 0")
            chosen = image.get_frame(index) if image.nframes > 1 else image
            if chosen.data is None:
                raise FrameError(f"{path}: not a readable image, its data cannot be decoded")
            counts = np.asarray(chosen.data)
            header = {str(key): str(value) for key, value in chosen.header.items()}
            whole = not getattr(chosen, "incomplete_data", False) and _checksum_holds(path, image)
    except FrameError:
        raise
    except Exception as error:  # fabio raises whatever its readers meet: AssertionError, AttributeError, ...
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FrameError(
            f"{path}: not a readable image, truncated or of unknown format ({reason})"
        ) from error
    if not whole:  # fabio fills up with zeros and only logs it
        raise FrameError(f"{path}: the image is damaged: its data are incomplete or their checksum is wrong")
    if counts.ndim != 2 or counts.dtype.kind not in "iuf":
        raise FrameError(
            f"{path}: expected a numeric image of 2 dimensions, found {counts.dtype} {counts.shape}"
        )
    source = str(path) if index == 0 else f"{path}[{index}]"
    return counts, header, source


def count_cutoff(header: Mapping[str, str]) -> float | None:
    """Count_cutoff of a Pilatus header, photons a pixel: a key of its own or a line in the CBF's text.

    None where the header has none.
    """
    text = "\n".join(f"{key} {value}" for key, value in header.items())
    found = re.search(r"\bcount_cutoff\s*[=:]?\s*(\d+)", text, flags=re.IGNORECASE)
    return float(found[1]) if found else None


def _checksum_holds(path: Path, image: Any) -> bool:
    """Whether a CBF's data have the MD5 that its header gives; True where none is given."""
    from fabio.cbfimage import CbfImage

    expected = image.header.get("Content-MD5")
    if not isinstance(image, CbfImage) or expected is None:
        return True
    raw = CbfImage().read(str(path), check_MD5=False, only_raw=True)
    return base64.b64encode(hashlib.md5(raw).digest()).decode() == expected
