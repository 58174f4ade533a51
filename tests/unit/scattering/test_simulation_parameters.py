"""The parameter grids and data sets of the thesis."""

from decimal import Decimal

import numpy as np
import pytest

from latentlab.scattering import (
    form_factor_index,
    form_factor_parameters,
    large_patterns,
    small_patterns,
    structure_factor_index,
    structure_factor_parameters,
)


@pytest.mark.parametrize(
    ("pairs", "first", "last", "step"),
    [(form_factor_parameters(), "0.5", "7.5", "0.1"), (structure_factor_parameters(), "1.0", "15.0", "0.2")],
)
def test_grids_are_those_of_table_2_5_without_drift(
    pairs: np.ndarray, first: str, last: str, step: str
) -> None:
    count = int((Decimal(last) - Decimal(first)) / Decimal(step)) + 1
    expected = [
        (float(Decimal(first) + i * Decimal(step)), float(j * Decimal("0.01")))
        for i in range(count)
        for j in range(1, 51)
    ]
    assert pairs.shape == (3550, 2)
    assert [tuple(pair) for pair in pairs] == expected


def test_every_pair_is_found_at_its_row() -> None:
    for pairs, index in (
        (form_factor_parameters(), form_factor_index),
        (structure_factor_parameters(), structure_factor_index),
    ):
        np.testing.assert_array_equal(index(pairs[:, 0], pairs[:, 1]), np.arange(3550))


def test_a_value_with_rounding_error_is_found() -> None:
    assert form_factor_index(0.1 * 3 + 0.4, 0.1 + 0.2) == form_factor_index(0.7, 0.3)


@pytest.mark.parametrize(
    ("index", "pair", "message"),
    [
        (form_factor_index, (0.4, 0.1), "R_nm = 0.4 is not on the grid from 0.5 to 7.5 in steps of 0.1"),
        (form_factor_index, (7.6, 0.1), "R_nm"),
        (form_factor_index, (4.05, 0.1), "R_nm"),
        (form_factor_index, (4.0, 0.51), "sigma_over_R"),
        (form_factor_index, (4.0, 0.0), "sigma_over_R"),
        (form_factor_index, (np.nan, 0.1), "R_nm"),
        (structure_factor_index, (10.1, 0.1), "D_nm = 10.1 is not on the grid from 1 to 15 in steps of 0.2"),
        (structure_factor_index, (10.0, 0.105), "omega_over_D"),
    ],
)
def test_off_the_grid_is_refused(index, pair: tuple[float, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        index(*pair)


def test_small_patterns_are_those_of_table_4_1() -> None:
    frame = small_patterns()
    assert frame["split"].value_counts().to_dict() == {"train": 106, "test": 52}
    assert set(frame.loc[frame["split"] == "test", "D_nm"]) == {10.2}
    assert set(frame["sigma_over_R"]) == {0.3}
    counts = frame.groupby(["omega_over_D", "D_nm"])["R_nm"].agg(["min", "max", "count"])
    expected = {10.0: (2.5, 5.0, 26), 10.2: (2.6, 5.1, 26), 10.4: (2.6, 5.2, 27)}
    for (omega, distance), row in counts.iterrows():
        assert omega in (0.1, 0.3)
        assert tuple(row) == expected[distance]
    assert len(counts) == 6


def test_large_patterns() -> None:
    frame = large_patterns()
    distances = [Decimal(d) / 10 for d in range(10, 151) if d % 10 in (0, 6)]
    radii = [Decimal(r) / 10 for r in range(5, 76)]
    sizes = sum(d / 4 <= r <= d / 2 for d in distances for r in radii)
    assert len(frame) == sizes * 50 * 2 == 60200
    assert not frame.duplicated().any()
    assert np.all(frame["D_nm"] / 4 <= frame["R_nm"] + 1e-9)
    assert np.all(frame["R_nm"] <= frame["D_nm"] / 2 + 1e-9)
    assert set(np.rint(frame["D_nm"] * 10).astype(int) % 10) == {0, 6}
    assert frame["D_nm"].nunique() == 29
    assert frame["sigma_over_R"].nunique() == 50
    assert set(frame["omega_over_D"]) == {0.1, 0.3}


@pytest.mark.parametrize("frame", [small_patterns(), large_patterns()])
def test_indices_lead_back_to_the_parameters(frame) -> None:
    np.testing.assert_array_equal(
        form_factor_parameters()[frame["form_factor_index"]], frame[["R_nm", "sigma_over_R"]]
    )
    np.testing.assert_array_equal(
        structure_factor_parameters()[frame["structure_factor_index"]], frame[["D_nm", "omega_over_D"]]
    )
