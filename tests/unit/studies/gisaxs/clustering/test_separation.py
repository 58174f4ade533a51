"""The separated latent: swaps are learned, its parts do not mix, and its evaluation measures what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.unit.studies.gisaxs.tiny_space import script

from latentlab.artifacts import read_artifact, read_summary, write_artifact
from latentlab.errors import ArtifactError
from latentlab.studies.gisaxs.clustering.separation import KIND, SeparatedAutoencoder, build, load_separated
from latentlab.studies.gisaxs.clustering.separation_evaluation import (
    clean_latents,
    cluster_scores,
    explained,
    log_errors,
    swapped,
)
from latentlab.studies.gisaxs.clustering.separation_training import train_separated
from latentlab.studies.gisaxs.parameter_space.binned_factors import BinnedFactors, Factors
from latentlab.training.trained_file import write_trained

SIDE = 16
Trained = tuple[SeparatedAutoencoder, list[dict[str, float]]]
RECORD = {
    "seed": 3,
    "steps": 150,
    "batch": 48,
    "learning_rate": 4e-3,
    "photons": [1e4, 1e6],
    "without_gaps": 0.5,
    "label_weight": 0.0,
    "hidden": [48],
    "form_size": 3,
    "structure_size": 3,
    "components": 4,
}


class SyntheticFactors(BinnedFactors):
    """Form factors that fall along the rows as R grows; structure factors with a peak that D moves."""

    def __init__(self) -> None:  # not from a file
        rng = np.random.default_rng(0)
        forms = np.column_stack([rng.uniform(2, 4, 120), rng.uniform(0.1, 0.4, 120)])
        structures = np.column_stack([rng.uniform(7, 9, 120), rng.uniform(0.1, 0.3, 120)])
        rows, columns = np.meshgrid(np.arange(SIDE), np.arange(SIDE), indexing="ij")
        form = -forms[:, :1, None] * rows / 12 - forms[:, 1:, None] * columns / 10
        peak = np.exp(-(((columns - 2 * structures[:, :1, None] + 8) / 2) ** 2)) - structures[:, 1:, None]
        self.side = SIDE
        self.form, self.structure = (
            Factors(
                parameters, torch.from_numpy(log.reshape(len(log), -1)).half(), torch.zeros(len(log), SIDE**2)
            )
            for parameters, log in ((forms, form), (structures, peak))
        )


@pytest.fixture(scope="module")
def gaps() -> torch.Tensor:
    mask = torch.zeros(SIDE, SIDE, dtype=torch.bool)
    mask[:, 5] = True
    return mask


@pytest.fixture(scope="module")
def trained(gaps: torch.Tensor):
    return train_separated(SyntheticFactors(), gaps, RECORD)


def test_swapped_decodings_become_better_and_the_history_says_so(trained) -> None:
    _, history = trained
    errors = [row["swap_rms"] for row in history]
    assert [row["epoch"] for row in history][-1] == RECORD["steps"]
    assert errors[-1] < 0.4 * errors[0]


def test_equal_records_train_equal_networks(trained, gaps: torch.Tensor) -> None:
    short = {**RECORD, "steps": 5}
    states = [train_separated(SyntheticFactors(), gaps, short)[0].state_dict() for _ in range(2)]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_the_form_part_does_not_know_the_structure_factor(trained) -> None:
    model, _ = trained
    factors = SyntheticFactors()
    rows = np.arange(100)
    parts = []
    for other in (rows, rows[::-1].copy()):  # the same form factors with two sets of structure factors
        images = factors.patterns(np.column_stack([rows, other])).view(-1, SIDE, SIDE)
        parts.append(clean_latents(model, {"test": images}).form["test"])
    change = np.square(parts[0] - parts[1]).mean()
    assert change < 0.1 * parts[0].var(axis=0).mean()


def test_labels_reach_the_encoder_only_with_a_weight(gaps: torch.Tensor) -> None:
    factors, short = SyntheticFactors(), {**RECORD, "steps": 3}
    encoders = [
        train_separated(factors, gaps, {**short, "label_weight": weight})[0].encoder[0].weight
        for weight in (0.0, 0.5)
    ]
    assert not torch.equal(*encoders)


def test_more_components_than_factors_are_refused(gaps: torch.Tensor) -> None:
    with pytest.raises(ValueError, match="components, asked for 400"):
        train_separated(SyntheticFactors(), gaps, {**RECORD, "components": 400})


def test_a_network_comes_back_from_its_file(trained, tmp_path: Path) -> None:
    model, history = trained
    path = tmp_path / "separation.h5"
    write_trained(path, model.state_dict(), {**RECORD, "side": SIDE}, history, kind=KIND, rule="test")
    again = load_separated(path)
    image = torch.rand(2, SIDE // 4, SIDE)
    ones = torch.ones_like(image)
    assert torch.equal(torch.cat(again.encode(image, ones)), torch.cat(model.encode(image, ones)))
    with write_artifact(tmp_path / "other.h5", kind="codec", rule="test", record={}):
        pass
    with pytest.raises(ArtifactError, match="expected an artifact of kind 'separated-autoencoder'"):
        load_separated(tmp_path / "other.h5")


def test_explained_leaves_out_what_does_not_vary() -> None:
    parameters = np.array(
        [[1.0, 0.3, 10.0, 0.1], [1.0, 0.3, 10.0, 0.3], [2.0, 0.3, 10.0, 0.1], [2.0, 0.3, 10, 0.3]]
    )
    assert explained(np.array([0, 0, 1, 1]), parameters) == pytest.approx({"eta2_r": 1.0, "eta2_omega": 0.0})


def small_parameters() -> dict[str, np.ndarray]:
    radii, widths = np.arange(26, 50, 4) / 10, (0.1, 0.3)
    test = np.array([(R, 0.3, 10.2, w) for w in widths for R in radii])
    train = np.array([(R, 0.3, D, w) for D in (10.0, 10.4) for w in widths for R in radii])
    return {"train": train, "test": test}


def test_a_form_part_that_is_the_radius_has_clusters_by_radius_alone() -> None:
    parameters = small_parameters()
    form = {split: values[:, :1].astype(np.float32) for split, values in parameters.items()}
    latents = type("Known", (), {"form": form})()
    scores = cluster_scores([latents], parameters, 6, seeds=(0, 1))
    assert scores["eta2_r"] == pytest.approx(1.0)
    assert scores["eta2_omega"] == pytest.approx(0.0, abs=1e-9)
    assert scores["eta2_d_high"] == pytest.approx(0.0, abs=1e-9)
    assert scores["eta2_r_low"] <= scores["eta2_r"] <= scores["eta2_r_high"]


def test_the_truth_of_a_swap_has_the_radius_of_one_and_the_width_of_the_other() -> None:
    parameters = small_parameters()["test"]
    model = build({**RECORD, "side": SIDE})
    shares = torch.rand(len(parameters), SIDE, SIDE) + 0.1
    latents = clean_latents(model, {"test": shares})
    rows, decoded, truth = swapped(model, latents, parameters, shares)
    first, second, wanted = (parameters[rows[:, column]] for column in range(3))
    assert np.array_equal(wanted[:, 0], first[:, 0])
    assert np.array_equal(wanted[:, 3], second[:, 3])
    assert (first[:, 0] != second[:, 0]).all()
    assert (first[:, 3] != second[:, 3]).all()
    assert decoded.shape == truth.shape == (len(rows), SIDE, SIDE)
    assert np.allclose(truth.max(axis=(1, 2)), 0)


def test_log_errors_leave_the_exposure_and_the_dark_out() -> None:
    truth = np.array([[[0.0, -1.0], [-2.0, -7.0]]])
    decoded = truth + 0.5
    decoded[0, 1, 1] = 3.0  # below six decades in the truth
    assert log_errors(decoded, truth) == pytest.approx([0.0], abs=1e-12)


def test_the_stage_writes_latents_of_both_splits(trained, tmp_path: Path) -> None:
    model, history = trained
    network, small = tmp_path / "separation.h5", tmp_path / "small.h5"
    write_trained(network, model.state_dict(), {**RECORD, "side": SIDE}, history, kind=KIND, rule="test")
    parameters, rng = small_parameters(), np.random.default_rng(0)
    with write_artifact(small, kind="patterns", rule="test", record={}) as file:
        file.attrs["side"] = 2 * SIDE
        file["gaps"] = np.zeros((2 * SIDE, 2 * SIDE), dtype=bool)
        for split, values in parameters.items():
            images = rng.uniform(0.1, 1, (len(values), 2 * SIDE, 2 * SIDE)).astype(np.float32)
            file[f"{split}/intensity"], file[f"{split}/parameters"] = images, values
    outputs = {name: tmp_path / f"{name}.h5" for name in ("clean", "counted")}
    evaluation = {"clusters": 3, "photons": 1e4, "draws": 2, "seeds": [0], "seed": 1}
    script("separate").separate(outputs, model=network, small=small, evaluation=evaluation)
    for path in outputs.values():
        summary = read_summary(path, "separated-latents")
        assert {"eta2_r", "eta2_d_p", "eta2_omega_chance", "swap_log_rmse"} <= set(summary)
        with read_artifact(path, kind="separated-latents") as file:
            n = len(parameters["train"]) + len(parameters["test"])
            assert file["form"].shape == file["structure"].shape == (n, 3)
            assert file["form"].dtype == np.float32
            assert file["split"][()].tolist() == [0] * len(parameters["train"]) + [1] * len(
                parameters["test"]
            )
            assert set(file["cluster"][()]) <= {0, 1, 2}
