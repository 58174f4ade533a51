"""What the report shows of each study, and in which order; imports little, as every start needs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from latentlab.pipeline.claims.grammar import terms
from latentlab.pipeline.names import natural_key
from latentlab.pipeline.references import runs_named
from latentlab.pipeline.runs import Record

CAPTION = ("made", "units", "look")


class Outputs(Protocol):
    """What the module `outputs` of a study says about it."""

    TITLE: str
    DOCUMENT: str
    SOURCE: str
    SEARCHED: Sequence[str]

    @staticmethod
    def of_document(name: str) -> bool:
        """Whether the document has a table or figure of this name."""

    @staticmethod
    def sizes(scale: Mapping[str, Any]) -> dict[str, str]:
        """The sizes of a scale, in words."""


def study_content(
    study: str,
    content: Mapping[str, Any],
    outputs: Outputs,
    records: Mapping[str, Record],
    made: Mapping[str, Sequence[str]],
    scale: Mapping[str, Any],
    documents_scale: Mapping[str, Any],
) -> dict[str, Any]:
    """All that the report says of a study besides the files that it shows.

    Parameters
    ----------
    study : its name. content : its file, written out. outputs : its module of that name.
    records : of the runs that are trained. made : the names of the tables and figures that are made.
    scale, documents_scale : the study's part of the chosen scale, and of the documents' own.

    Returns
    -------
    A mapping of texts, lists and mappings, equal for equal arguments.
    """

    def words(runs: Iterable[str]) -> str:
        return _words((records[run] for run in runs if run in records), outputs.SEARCHED)

    sections = {
        section: [
            {
                "name": name,
                "title": content[section][name]["title"],
                "of_document": outputs.of_document(name),
                "words": words(runs_named(content[section][name])),
                **{key: content[section][name].get(key, "") for key in CAPTION},
            }
            for name in sorted(
                made[section], key=lambda name: (not outputs.of_document(name), natural_key(name))
            )
        ]
        for section in ("tables", "figures")
    }
    claims = {
        name: words(subject for _, subject in terms(claim["when"], f"claims.{name}.when", content["groups"]))
        for name, claim in content["claims"].items()
    }
    theirs = outputs.sizes(documents_scale)
    overview = content.get("overview", {})
    return {
        "name": study,
        "title": outputs.TITLE,
        "document": outputs.DOCUMENT,
        "source": outputs.SOURCE,
        "sizes": [[what, ours, theirs[what]] for what, ours in outputs.sizes(scale).items()],
        "says": overview.get("says", ""),
        "headline": overview.get("figure", ""),
        "overview": bool(overview),
        "claims": claims,
        **sections,
    }


def _words(records: Iterable[Record], keys: Sequence[str]) -> str:
    """The values of these keys in the records, each once, for the search."""
    found: list[str] = []
    for record in records:
        for key in keys:
            value = record.get(key)
            found += [str(each) for each in (value if isinstance(value, list) else [value]) if each]
    return " ".join(dict.fromkeys(found))
