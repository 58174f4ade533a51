"""Files of counts are the same without the processor's vector instructions, as on another machine."""

from __future__ import annotations

import os
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
from numpy._core._multiarray_umath import __cpu_dispatch__

from latentlab import counts

PROGRAM = """
import sys, zlib
import numpy as np
from latentlab import counts
data = open(sys.argv[1], "rb").read()
print(zlib.crc32(counts.decode(data).tobytes()))
"""


def test_decoding_is_exact_without_vector_instructions(tmp_path: Path) -> None:
    y, x = np.indices((210, 190))
    expected = 10 ** (4 * np.exp(-np.hypot(y - 60, x - 90) / 40) - 1)
    frame = np.random.default_rng(8).poisson(expected).astype(np.int32)
    frame[100:104] = -1
    path = tmp_path / "frame.lln"
    path.write_bytes(counts.encode(frame))
    environment = {**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(__cpu_dispatch__)}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) == zlib.crc32(frame.tobytes())
