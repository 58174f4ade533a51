"""The lines study in miniature: sets of 32 px, untrained VAEs, and what is measured on them."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from latentlab.pipeline.configuration import load_yaml
from latentlab.studies.lines import registry
from latentlab.studies.lines.sets import MicrostructureSet
from latentlab.studies.lines.vae import build_vae
from latentlab.studies.lines.vae_file import save_vae

ROOT = Path(__file__).parents[4]
DOCUMENTS = ROOT / "config" / "documents" / "lines"
CONFIG = {**load_yaml(ROOT / "config" / "config.yaml"), "scale": "tiny"}
# every run, as a scale that trains all of them
SIZES = {**load_yaml(ROOT / "config" / "scales" / "tiny.yaml")["lines"], "runs": "all"}
STUDY, RECORDS = registry.resolve(
    load_yaml(ROOT / "config" / "lines.yaml"),
    SIZES,
    CONFIG,
    {"study": "config/lines.yaml", "scale": "config/scales/tiny.yaml"},
)
IMAGES = 40  # 28 of training, 12 of validation
EVALUATED = {"pairs": 10, "overfitting": 12, "prior": 5, "retrieved": 2}  # sizes of an evaluation
LATENT = STUDY["defaults"]["latent"]


def script(name: str, folder: str = "lines") -> Callable[..., None]:
    """The function of a script of the study, or of those of every study: what its job does."""
    path = ROOT / "workflow" / "scripts" / folder / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"{folder}_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name)


def draw_set(path: Path, name: str) -> Path:
    """A set of config/lines.yaml as an artifact, `IMAGES` of 32 px."""
    spec, seed = STUDY["sets"][name], STUDY["seed"]
    script("dataset")(path, [], spec, number=IMAGES, side=SIZES["side"], seed=seed)
    return path


def untrained_vae(path: Path, record: Mapping[str, Any], images: torch.Tensor, seed: int) -> Path:
    """A VAE whose weights are as drawn, with a history of two epochs that never was.

    Its batch statistics are those of the images given, so that reconstructions differ from one another and
    hold black and white pixels.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_vae(record).train()
        for layer in model.modules():
            if isinstance(layer, (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)):
                layer.momentum = 1.0
        with torch.no_grad():
            model.decoder.to_grey.bias.zero_()
            model(images.float())
    columns = [
        f"{split}_{name}" for split in ("train", "validation") for name in ("loss", "distortion", "kl")
    ]
    history = [{"epoch": epoch, **dict.fromkeys(columns, 2.0 - epoch)} for epoch in range(2)]
    save_vae(path, model, record, history, rule="test")
    return path


@dataclass(frozen=True)
class LinesStudy:
    """Artifacts of every set that is trained on, and of every run, as the pipeline would leave them.

    sets, baselines : by set. vaes, evaluations : by run; runs of the same set and loss share
    one, and so do those of the same set and another seed, whatever their loss.
    """

    sets: dict[str, Path]
    baselines: dict[str, Path]
    vaes: dict[str, Path]
    evaluations: dict[str, Path]

    def splits(self, name: str) -> tuple[MicrostructureSet, MicrostructureSet]:
        """Training and validation images of a set."""
        return MicrostructureSet(self.sets[name], "train"), MicrostructureSet(self.sets[name], "validation")


def make_study(folder: Path) -> LinesStudy:
    """Draw the sets, measure their baselines, and evaluate an untrained VAE for each set and seed."""
    for part in ("sets", "baselines", "vaes", "evaluations"):
        (folder / part).mkdir()
    names = sorted({record["data"] for record in RECORDS.values()})
    sets = {name: draw_set(folder / "sets" / f"{name}.h5", name) for name in names}
    baselines = {name: folder / "baselines" / f"{name}.h5" for name in names}
    for name, path in baselines.items():
        script("baselines")(path, sets[name], EVALUATED, latent=LATENT, seed=STUDY["seed"])
    vaes: dict[str, Path] = {}
    evaluations: dict[str, Path] = {}
    for run, record in RECORDS.items():
        first = record["seed"] == STUDY["defaults"]["seed"]
        alike = f"{record['data']}-{record['loss'] if first else record['seed']}"
        vaes[run], evaluations[run] = folder / "vaes" / f"{alike}.h5", folder / "evaluations" / f"{alike}.h5"
        if not vaes[run].exists():
            images = MicrostructureSet(sets[record["data"]], "train").images()
            untrained_vae(vaes[run], record, images, record["seed"])
            script("evaluate")(evaluations[run], vaes[run], sets[record["data"]], EVALUATED)
    return LinesStudy(sets, baselines, vaes, evaluations)
