"""A user's own images: the set, the run, the table and the figure that they bring along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latentlab.errors import ConfigError

# of files that can be read (`image_files`)
IMAGE_SUFFIXES = (".tif", ".tiff", ".h5", ".hdf5", ".nxs", ".hspy", ".npy", ".png")
OWN = "own-images"  # the set made from a user's files
RUN = "own-rvae"
MODEL = {  # what did best on the interface, whose grains have several orientations
    "data": OWN,
    "rotation": "enumerated",
    "orientations": 12,
    "canvas": 1.5,
    "beta_continuous": 0.3,
    "epochs": 12,
    "learning_rate": 2.0e-3,
}
TABLE = {
    "title": "Your own images: what the rVAE learnt of them",
    "made": "An rVAE trained on patches about the atoms found in your images, judged on the same patches.",
    "units": "Mean squared error of grey values from 0 to 1; numbers of latents and of atoms.",
    "look": "A model has learnt something if its error is below that of the mean patch and a latent carries "
    "something.",
    "rows": [RUN],
    "ours": ["reconstruction", "atoms_active_latents"],
}
FIGURE = {
    "title": "Your own images: latents mapped onto the image",
    "made": "An rVAE trained on patches about the atoms found in your images, mapped onto the last image.",
    "units": "Angle in degrees; latents in standard deviations of their prior.",
    "look": "Regions of one colour are alike in structure; the manifold shows what a latent changes, "
    "and a latent whose map is noise carries nothing.",
    "kind": "atoms-map",
    "run": RUN,
}


def with_own_images(study: Mapping[str, Any], options: Mapping[str, Any], source: str) -> dict[str, Any]:
    """The study's file with the set, run, table and figure of a user's own images; unchanged without paths.

    Parameters
    ----------
    study : content of config/microscopy.yaml. options : the section `atoms` of config/config.yaml.
    source : the study's file, for messages.

    Raises
    ------
    ConfigError : the file has a set, run, table or figure of such a name.
    """
    if not options["paths"]:
        return dict(study)
    entry = {name: value for name, value in options.items() if name not in ("paths",)}
    spec = {"kind": "lattice", "scene": "own", "turned": False, "time_steps": False, **entry}
    added = {"sets": (OWN, spec), "runs": (RUN, MODEL), "tables": (OWN, TABLE), "figures": (OWN, FIGURE)}
    written = dict(study)
    for section, (name, content) in added.items():
        if name in study[section]:
            raise ConfigError(
                f"{source}: {section}.{name}: this name is kept for your own images (atoms.paths in "
                "config/config.yaml); choose another name"
            )
        written[section] = {**study[section], name: content}
    return written


def own_runs(records: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The runs on a user's own images, which every scale trains."""
    return [run for run, record in records.items() if record["data"] == OWN]
