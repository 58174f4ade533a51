"""The stages one after another on made-up latents; tables, figures and names from their artifacts."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from matplotlib.figure import Figure
from tests.unit.studies.gisaxs.tiny_space import ROOT, script

from latentlab.artifacts import create_images, read_summary, write_artifact
from latentlab.errors import ConfigError
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.gisaxs.clustering.checks import check_clustering, clustered_runs
from latentlab.studies.gisaxs.clustering.clusters_file import read_clusters_file
from latentlab.studies.gisaxs.clustering.figures import draw_clusters
from latentlab.studies.gisaxs.clustering.latents import LatentSet, write_latents
from latentlab.studies.gisaxs.clustering.metric_names import THESIS, clustering_subjects
from latentlab.studies.gisaxs.clustering.quantities import CLUSTERING_QUANTITIES
from latentlab.studies.gisaxs.clustering.tables import clustering_table
from latentlab.studies.gisaxs.clustering.titles import METHOD_TITLES, TARGET_TITLES
from latentlab.studies.gisaxs.simulation import COLUMNS, small_set

STUDY: dict[str, Any] = yaml.safe_load((ROOT / "config" / "gisaxs.yaml").read_text())
SECTION = STUDY["clustering"]
EPOCHS = {"lsrae": 8, "k_sparse": 12, "one_neuron": 12, "embedded": 8, "classifier": 4}
DOCUMENTS = ROOT / "config" / "documents" / "gisaxs"
NAME = "latents-y-hat"  # has every kind of method
SHOWN = {
    section: {name: entry for name, entry in STUDY[section].items() if "clustering" in entry.values()}
    for section in ("tables", "figures")
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Every artifact of the clustering, of latents that are R and omega/D with noise."""
    folder: Path = tmp_path_factory.mktemp("clustering")
    table = small_set()
    parameters, test = table[COLUMNS].to_numpy(), (table["split"] == "test").to_numpy()
    order = np.argsort(test, kind="stable")
    parameters, test = parameters[order], test[order]
    draws = np.random.default_rng(0)
    vectors = np.stack([parameters[:, 0], 20 * parameters[:, 3], draws.normal(0, 0.1, 158)], axis=1)
    write_latents(
        folder / "latents.h5", LatentSet(vectors.astype(np.float32), parameters, test), rule="test", record={}
    )
    common = {"latents": folder / "latents.h5", "seeds": [1, 2]}
    settings = SECTION["lsrae"]
    script("train_lsrae").lsrae(folder / "lsrae.h5", settings=settings, epochs=EPOCHS["lsrae"], **common)
    artifacts = {}
    for name, entry in SECTION["inputs"].items():
        artifacts[name] = folder / f"{name}.h5"
        methods = {method: how for method, how in SECTION["methods"].items() if name in how["inputs"]}
        lsrae = [folder / "lsrae.h5"] if entry.get("lsrae") else []
        script("clusters").clusters(
            artifacts[name],
            title=entry["title"],
            lsrae=lsrae,
            methods=methods,
            epochs=EPOCHS,
            permutations=20,
            **common,
        )
    for name in SECTION["classification"]["inputs"]:
        artifacts[f"{name}-classes"] = folder / f"{name}-classes.h5"
        targets = SECTION["classification"]["targets"]
        script("classify").classify(
            artifacts[f"{name}-classes"],
            title=SECTION["inputs"][name]["title"],
            targets=targets,
            settings=settings,
            epochs=EPOCHS["classifier"],
            **common,
        )
    artifacts[THESIS] = folder / "thesis.h5"
    script("thesis_clusters").thesis_clusters(
        artifacts[THESIS], document=DOCUMENTS / "table_4_19_clusters.csv", permutations=20
    )
    artifacts["small"] = folder / "small.h5"
    with write_artifact(artifacts["small"], kind="patterns", rule="test", record={}) as file:
        for split, count in (("train", 106), ("test", 52)):
            group = file.create_group(split)
            create_images(group, "intensity", (count, 4, 4), units="raw")[...] = draws.uniform(
                1, 9, (count, 4, 4)
            )
            group["alpha_f"], group["two_theta_f"] = np.linspace(0, 2, 4), np.linspace(0, 2, 4)
    return SimpleNamespace(
        artifacts=artifacts, folder=folder, parameters=parameters, test=test, common=common
    )


def test_artifacts_carry_the_metrics_that_claims_may_name(made):
    for subject, metrics in clustering_subjects(STUDY).items():
        found = set(read_summary(made.artifacts[subject]))
        assert metrics >= found, f"{subject} has {sorted(found - metrics)[:3]}"
        assert not {name for name in metrics - found if not name.endswith(("_low", "_high"))}


def test_every_metric_has_a_title():
    named = {name for metrics in clustering_subjects(STUDY).values() for name in metrics}
    plain = {name for name in named if not name.endswith(("_low", "_high", "_completed"))}
    assert not plain - set(CLUSTERING_QUANTITIES)
    assert set(SECTION["methods"]) == set(METHOD_TITLES)
    assert set(SECTION["classification"]["targets"]) == set(TARGET_TITLES)


def test_clusters_of_informative_latents_are_recognised(made):
    found = read_summary(made.artifacts["components"])
    assert found["held_out_purity_omega_k_means_9"] == 1
    assert found["p_eta_r_k_means_9"] == pytest.approx(1 / 21)
    assert found["held_out_eta_r_k_means_9"] <= found["held_out_bound_r_k_means_9"] < 1
    assert found["eta_r_k_means_9_low"] <= found["eta_r_k_means_9"] <= found["eta_r_k_means_9_high"]


def test_held_out_labels_do_not_depend_on_the_held_out_vectors(made):
    first = read_clusters_file(made.artifacts["components"])
    changed = np.array(first.parameters)
    vectors = np.stack([changed[:, 0], 20 * changed[:, 3]], axis=1).astype(np.float32)
    labels = []
    for factor in (1, 50):
        moved = np.where(made.test[:, None], factor * vectors, vectors)
        path = made.folder / f"moved-{factor}.h5"
        write_latents(path, LatentSet(moved, made.parameters, made.test), rule="test", record={})
        how = {"k-means-9": SECTION["methods"]["k-means-9"], "hdbscan": SECTION["methods"]["hdbscan"]}
        output = made.folder / f"moved-clusters-{factor}.h5"
        common = {**made.common, "latents": path}
        script("clusters").clusters(
            output, title="", lsrae=[], methods=how, epochs=EPOCHS, permutations=20, **common
        )
        methods = read_clusters_file(output).methods
        labels.append([methods[name].labels["held_out"][:, ~made.test] for name in how])
    np.testing.assert_array_equal(labels[0], labels[1])


def test_the_same_inputs_give_the_same_bytes(made):
    settings = SECTION["lsrae"]
    again = made.folder / "again.h5"
    script("train_lsrae").lsrae(again, settings=settings, epochs=EPOCHS["lsrae"], **made.common)
    assert again.read_bytes() == (made.folder / "lsrae.h5").read_bytes()


@pytest.mark.parametrize("name", SHOWN["tables"])
def test_tables(made, name):
    spec = SHOWN["tables"][name]
    document = pd.read_csv(DOCUMENTS / spec["document"]) if "document" in spec else None
    table = clustering_table(Inputs({}, made.artifacts, document, spec.get("document", "")), spec)
    for part in table.parts:
        assert len({len(column.cells) for column in part.columns}) == 1
    cells = [cell.text for part in table.parts for column in part.columns for cell in column.cells]
    expected = {
        "4.16": "0.0597",
        "4.17": "408",
        "4.19": "34",
        "4.20": "0.637",
        "clusters": "table 4.19 as printed",
    }
    assert expected[name] in cells
    assert table.note


@pytest.mark.parametrize("name", SHOWN["figures"])
def test_figures(made, name):
    figure = draw_clusters(Inputs({}, made.artifacts), SHOWN["figures"][name])
    assert isinstance(figure, Figure)
    labelled = [axis for axis in figure.axes if axis.get_xlabel() or axis.get_ylabel()]
    assert labelled


def test_unknown_shows_are_refused(made):
    spec = {"show": "all", "clusters": {NAME: ["k-sparse"]}}
    for function in (clustering_table, draw_clusters):
        with pytest.raises(ValueError, match="show is 'all', expected"):
            function(Inputs({}, made.artifacts), spec)


def changed(**keys: Any) -> dict[str, Any]:
    """The study with other keys of its clustering."""
    return {**STUDY, "clustering": {**SECTION, **keys}}


def test_the_section_agrees_with_itself():
    runs = [run for _, run in clustered_runs(STUDY, "gisaxs.yaml")]
    check_clustering(STUDY, runs, "gisaxs.yaml", "tiny.yaml")


@pytest.mark.parametrize(
    ("study", "message"),
    [
        (
            changed(inputs={"x": {"run": "none"}}),
            "clustering.inputs.x.run: 'none' is not trained at this scale",
        ),
        (
            changed(methods={"k-means-9": {"kind": "k-means", "inputs": ["pca"]}}),
            "clustering.methods.k-means-9.inputs: there is no input 'pca'",
        ),
        (
            {**STUDY, "figures": {"map": {"clusters": {NAME: ["k-mean-9"]}}}},
            "figures.map.clusters.latents-y-hat: there is no method of this input 'k-mean-9'",
        ),
        ({**STUDY, "figures": {"map": {"clusters": {"y-hat": []}}}}, "there is no input 'y-hat'"),
    ],
)
def test_wrong_names_are_refused(study, message):
    runs = [run for _, run in clustered_runs(STUDY, "gisaxs.yaml")]
    with pytest.raises(ConfigError, match=message):
        check_clustering(study, runs, "gisaxs.yaml", "tiny.yaml")
