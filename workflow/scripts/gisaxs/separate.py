"""Write the separated latents of the small set, and what their clusters and swapped decodings are like."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from latentlab.artifacts import compression, write_artifact
from latentlab.errors import ArtifactError
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.clustering.plain_methods import cluster
from latentlab.studies.gisaxs.clustering.scores import radius_bound
from latentlab.studies.gisaxs.clustering.separation import load_separated
from latentlab.studies.gisaxs.clustering.separation_evaluation import (
    chance,
    clean_latents,
    cluster_scores,
    counted_latents,
    log_errors,
    swapped,
)
from latentlab.studies.gisaxs.parameter_space.pattern_space import bin_mean
from latentlab.studies.gisaxs.patterns import StoredPatterns
from latentlab.studies.gisaxs.simulation import COLUMNS

KIND = "separated-latents"
SPLITS = ("train", "test")


def separate(
    outputs: Mapping[str, Path | str],
    model: Path | str,
    small: Path | str,
    evaluation: Mapping[str, Any],
    code: str = "",
) -> None:
    """Write two artifacts of one form: "clean", without noise and gaps, and "counted", with both.

    Each holds `form`, `structure`, float32 (n, k), `parameters` float64 (n, 4), `split` (0 train, 1 test) and
    `cluster` (n,) of k-means; of swapped decodings `swap/rows`, `swap/decoded`, `swap/truth`.

    Parameters
    ----------
    outputs : "clean" and "counted", artifacts to write. model : the trained network. small : the small set.
    evaluation : `clusters`, `photons` of "counted", `draws` of the noise, `seeds` of k-means, `seed`.
    code : digest of the library files that determine the result; recorded.
    """
    network = load_separated(model)
    sets = {split: StoredPatterns(small, split) for split in SPLITS}
    shares = {split: _shares(patterns.images, network.side, small) for split, patterns in sets.items()}
    parameters = {split: patterns.parameters for split, patterns in sets.items()}
    gaps = bin_mean(sets["test"].gaps[None].float(), network.side)[0] > 0.5
    draws = {
        "clean": [clean_latents(network, shares)],
        "counted": [
            counted_latents(network, shares, evaluation["photons"], gaps, evaluation["seed"] + draw)
            for draw in range(evaluation["draws"])
        ],
    }
    for kind, latents in draws.items():
        first, n_clusters = latents[0], evaluation["clusters"]
        labels = {
            split: cluster(first.form["train"], first.form[split], n_clusters, evaluation["seeds"][0])
            for split in SPLITS
        }
        rows, decoded, truth = swapped(network, first, parameters["test"], shares["test"])
        before = torch.log10(shares["test"][rows[:, 0]].clamp_min(1e-30)).numpy()
        summary = {
            **cluster_scores(latents, parameters, n_clusters, evaluation["seeds"]),
            **chance(labels, parameters),
            "eta2_r_bound": radius_bound(parameters["test"][:, 0], n_clusters),
            "swap_log_rmse": float(np.median(log_errors(decoded, truth))),
            "swap_log_rmse_unswapped": float(np.median(log_errors(before, truth))),
        }
        for name, value in sorted(summary.items()):
            print(f"{kind}: {name} {value:.4f}")
        provenance = {"rule": "gisaxs_separate", "record": dict(evaluation), "inputs": [model, small]}
        with write_artifact(outputs[kind], kind=KIND, code=code, summary=summary, **provenance) as file:
            for name in ("form", "structure"):
                file[name] = _joined(getattr(first, name))
            file["parameters"] = np.concatenate([parameters[split] for split in SPLITS])
            file["parameters"].attrs["columns"] = COLUMNS
            file["split"] = np.repeat(np.arange(2, dtype=np.int8), [len(labels[split]) for split in SPLITS])
            file["cluster"] = np.concatenate([labels[split] for split in SPLITS])
            file["swap/rows"] = rows
            for name, images in (("decoded", decoded), ("truth", truth)):
                file.create_dataset(
                    f"swap/{name}", data=images, chunks=(1, *images.shape[1:]), **compression()
                )
                file[f"swap/{name}"].attrs["units"] = "decades"


def _shares(images: torch.Tensor, side: int, path: Path | str) -> torch.Tensor:
    """Patterns over side x side bins, each of sum 1."""
    if images.shape[-1] % side:
        raise ArtifactError(f"{path}: patterns of {images.shape[-1]} px cannot be binned to {side}")
    binned = bin_mean(images, side)
    return binned / binned.sum(dim=(1, 2), keepdim=True)


def _joined(parts: Mapping[str, np.ndarray]) -> np.ndarray:
    return np.concatenate([parts[split] for split in SPLITS]).astype(np.float32)


if __name__ == "__main__":
    with stage(snakemake):
        separate(outputs=dict(snakemake.output.items()), **snakemake.input, **snakemake.params)
