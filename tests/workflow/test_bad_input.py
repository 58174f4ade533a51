"""What is wrong is said in one sentence, before any job starts if possible; nothing is half-written."""

from pathlib import Path

import pytest

from tests.workflow.conftest import Edit, copy_project, snakemake

# that the message is shown; all others are tested on the registry, tests/unit/pipeline and studies
CONFIG_ERRORS = [
    (
        "gisaxs.yaml",
        "    run: at-gap-noise\n",
        "    run: at-gap-nois\n",
        "config/gisaxs.yaml: tables.4.18.run: there is no run 'at-gap-nois'",
    ),
    ("config.yaml", "paths: []", "paths: [no-such.cbf]", "frames.paths"),
    (
        "config.yaml",
        "folder: null",
        "folder: no-such-folder",
        "config/config.yaml: us3d.folder: 'no-such-folder': there is no such folder",
    ),
    (
        "config.yaml",
        "folder: null",
        "folder: workflow/rules",
        "config/config.yaml: us3d.folder: 'workflow/rules': neither the folder nor its subfolders hold",
    ),
    (
        "landcover.yaml",
        "[[conv, 3, 2, 8]",
        "[[conv, 3, 2]",
        "config/landcover.yaml: architectures.1.encoder.0: ['conv', 3, 2] is too short",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), CONFIG_ERRORS)
def test_config_errors_name_file_and_key(
    pristine: Path, edit: Edit, file: str, old: str, new: str, message: str
) -> None:
    edit(pristine / "config" / file, old, new)
    run = snakemake(pristine)
    assert run.returncode != 0
    assert message in run.stdout + run.stderr
    assert "Traceback" not in run.stderr
    assert not (pristine / "results").exists()


def test_damaged_library_stops_what_hangs_on_it(finished: Path) -> None:
    library = finished / "results/tiny/gisaxs/factor_libraries/figures/structure_factors.h5"
    whole = library.read_bytes()
    target = finished / "results/tiny/gisaxs/features/narrow-sizes.h5"
    kept = target.read_bytes()
    try:
        library.write_bytes(whole[: len(whole) // 2])
        target.unlink()
        run = snakemake(finished, "results/tiny/gisaxs/features/narrow-sizes.h5")
        assert run.returncode != 0
        assert (
            "structure_factors.h5: not a readable HDF5 file, truncated or damaged" in run.stderr + run.stdout
        )
        assert not target.exists()
        assert not list(target.parent.glob(".*.part"))
    finally:
        library.write_bytes(whole)
        target.write_bytes(kept)
        snakemake(finished, "--touch")


def test_unusable_frame_is_one_sentence(finished: Path, tmp_path: Path) -> None:
    frame = finished / "masked.tif"
    import fabio
    import numpy as np

    fabio.tifimage.TifImage(data=np.full((700, 1100), -1, dtype=np.int32)).write(str(frame))
    try:
        run = snakemake(
            finished, "results/tiny/frames/masked.png", "--configfile", _frames_config(tmp_path, "masked.tif")
        )
    finally:
        frame.unlink()
    assert run.returncode != 0
    assert "masked.tif: every pixel is masked" in run.stdout + run.stderr
    assert not list((finished / "results/tiny/frames").glob("*masked*"))


def _frames_config(folder: Path, path: str) -> str:
    file = folder / "frames.yaml"
    file.write_text(f"frames:\n  paths: [{path}]\n")
    return str(file)


def test_copy_leaves_results_out(tmp_path: Path) -> None:
    assert not (copy_project(tmp_path) / "results").exists()
