"""Table 4.19: what the transcription holds, and what can be put right."""

import numpy as np
import pandas as pd
import pytest
from tests.unit.studies.gisaxs.tiny_space import ROOT

from latentlab.errors import ConfigError
from latentlab.studies.gisaxs.clustering.evaluation import measure_clusters
from latentlab.studies.gisaxs.clustering.thesis_clusters import COLUMNS, completed_labels, read_clusters
from latentlab.studies.gisaxs.simulation import COLUMNS as PARAMETERS
from latentlab.studies.gisaxs.simulation import small_set

TABLE = ROOT / "config" / "documents" / "gisaxs" / "table_4_19_clusters.csv"


@pytest.fixture(scope="module")
def document() -> pd.DataFrame:
    return pd.read_csv(TABLE)


def test_transcription_has_nine_neurons_and_159_entries(document):
    assert document.groupby("neuron", sort=False).size().to_dict() == {
        59: 2, 154: 4, 39: 5, 136: 17, 82: 20, 98: 24, 13: 25, 156: 28, 124: 34,
    }  # fmt: skip


def test_every_pattern_is_read_once(document):
    read = read_clusters(document, "table")
    assert len(read) == 144
    assert not read.duplicated(COLUMNS).any()


def test_completed_labels_cover_the_small_set(document):
    parameters = small_set()[PARAMETERS].to_numpy()
    labels, read = completed_labels(read_clusters(document, "table"), parameters)
    assert read.sum() == 144
    assert set(labels[~read]) == {124}
    assert np.unique(labels, return_counts=True)[1].tolist() == [25, 5, 2, 20, 24, 33, 17, 4, 28]


def test_the_clusters_of_the_thesis_are_no_better_than_chance(document):
    parameters = small_set()[PARAMETERS].to_numpy()
    labels, read = completed_labels(read_clusters(document, "table"), parameters)
    for chosen in (read, np.ones(158, dtype=bool)):
        found = measure_clusters(labels[chosen], parameters[chosen], permutations=300, seed=1)
        assert min(found[f"p_eta_{name}"] for name in ("r", "d", "omega")) > 0.05
        assert found["units_active"] == 9


def test_two_neurons_for_one_pattern_are_refused(document):
    wrong = pd.concat([document, document.iloc[:1].assign(neuron=13)])
    with pytest.raises(
        ConfigError, match=r"two neurons other than 124 have the pattern \[4.8, 0.3, 10.2, 0.3\]"
    ):
        read_clusters(wrong, "table")


def test_a_pattern_that_is_not_in_the_set_is_refused(document):
    wrong = pd.concat([document, document.iloc[:1].assign(r_nm=9.9)])
    with pytest.raises(ConfigError, match="is no pattern of the small set"):
        completed_labels(read_clusters(wrong, "table"), small_set()[PARAMETERS].to_numpy())
