"""The thesis's own clusters: table 4.19 as transcribed, and as far as it can be put right.

The transcription has 159 entries where the set has 158 patterns: 15 stand twice, each time the second in the
last and longest column, neuron 124, and 14 stand nowhere. A k-sparse autoencoder with k = 1 gives each
pattern to one neuron. So an entry of that column that another column has too is a misreading; and patterns
that no column has can only be those that were misread there.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from latentlab.errors import ConfigError

COLUMNS = ["r_nm", "sigma_over_r", "d_nm", "omega_over_d"]
MISREAD = 124  # the neuron whose column repeats entries of others


def read_clusters(document: pd.DataFrame, source: str) -> pd.DataFrame:
    """Each pattern of the transcription once, with its neuron: columns `COLUMNS` and "neuron".

    Parameters
    ----------
    document : columns "neuron" and `COLUMNS`, as config/documents/gisaxs/table_4_19_clusters.csv.
    source : its name, for messages.

    Raises
    ------
    ConfigError : a pattern that two neurons other than `MISREAD` have.
    """
    others = document[document["neuron"] != MISREAD]
    if others.duplicated(COLUMNS).any():
        twice = others[others.duplicated(COLUMNS)].iloc[0][COLUMNS].tolist()
        raise ConfigError(
            f"{source}: two neurons other than {MISREAD} have the pattern {twice}, expected one"
        )
    misread = document[document["neuron"] == MISREAD].merge(others[COLUMNS], how="left", indicator=True)
    own = misread[misread["_merge"] == "left_only"].drop(columns="_merge")
    return pd.concat([others, own], ignore_index=True)


def completed_labels(read: pd.DataFrame, parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The neuron of each of the small set's patterns, int64 (n,), and whether it was read, bool (n,).

    Patterns that were not read are given to `MISREAD`.

    Parameters
    ----------
    read : what `read_clusters` returns. parameters : float64 (n, 4), the small set's.

    Raises
    ------
    ConfigError : an entry that is no pattern of the small set.
    """
    neurons = {
        tuple(np.round(row[COLUMNS].to_numpy(float), 6)): int(row["neuron"]) for _, row in read.iterrows()
    }
    patterns = [tuple(row) for row in np.round(parameters, 6)]
    unknown = sorted(set(neurons) - set(patterns))
    if unknown:
        raise ConfigError(f"table 4.19: {list(unknown[0])} is no pattern of the small set")
    labels = np.array([neurons.get(pattern, MISREAD) for pattern in patterns], dtype=np.int64)
    return labels, np.array([pattern in neurons for pattern in patterns])
