"""What a table of layers says without a network."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tests.unit.studies.landcover.network.test_landcover_vae import NUMBERS, WEIGHTS

from latentlab.studies.landcover.network.counting import THESIS, filters, weights
from latentlab.studies.landcover.network.vae import LandcoverVAE


@pytest.mark.parametrize("number", NUMBERS)
def test_weights_are_counted_as_the_network_has_them(architectures: dict, number: str) -> None:
    with torch.device("meta"):
        model = LandcoverVAE(architectures[number], latent=37, side=64, given=2, restored=2)
    assert weights(architectures[number], latent=37, side=64, channels=2) == model.weights()


@pytest.mark.parametrize("number", WEIGHTS)
def test_the_thesis_s_weights(architectures: dict, number: str) -> None:
    assert weights(architectures[number], **THESIS) == WEIGHTS[number]


def test_filters_are_named_with_what_is_unusual(architectures: dict) -> None:
    expected = {"8": "8-16-32", "12": "8-16-32, average pooling", "17": "8-16-32, 5 x 5"}
    assert {number: filters(architectures[number]) for number in expected} == expected


def test_the_document_s_values_are_read(repository: Path) -> None:
    """Weights of the document's file, as far as it has them, are those of the layers."""
    import pandas as pd

    table = pd.read_csv(repository / "config/documents/landcover/architectures.csv")
    known = table.dropna(subset="weights_full")
    assert {str(row.architecture): row.weights_full for row in known.itertuples()} == WEIGHTS
    assert table["architecture"].tolist() == list(range(1, 19))
    # the MAE is a part of the loss
    assert (table.dropna().loss_train > table.dropna().mae_train).all()
