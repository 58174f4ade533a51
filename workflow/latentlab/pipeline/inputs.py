"""The inputs of a table or a figure, the same for every study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latentlab.pipeline.tables.side_by_side import read_document


@dataclass(frozen=True)
class Inputs:
    """Artifacts by name, and the document's values.

    Attributes
    ----------
    evaluations : evaluation of each run, by run. artifacts : all others, by the study's names for them.
    document : the document's table (pandas.DataFrame), None if there is none.
    source : name of the document's file, for messages.
    """

    evaluations: Mapping[str, Path | str]
    artifacts: Mapping[str, Path | str]
    document: Any = None
    source: str = ""

    @classmethod
    def of(
        cls,
        *,
        runs: Sequence[str],
        evaluations: Sequence[Path | str],
        names: Sequence[str],
        artifacts: Sequence[Path | str],
        document: Sequence[Path | str],
    ) -> Inputs:
        """From a job's lists: `evaluations` of `runs`, `artifacts` of `names`, one `document` or none.

        Raises
        ------
        ConfigError : the document's file does not exist.
        """
        return cls(
            evaluations=dict(zip(runs, evaluations, strict=True)),
            artifacts=dict(zip(names, artifacts, strict=True)),
            document=read_document(document[0]) if document else None,
            source=str(document[0]) if document else "",
        )
