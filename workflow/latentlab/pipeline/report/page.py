"""The report: every claim, table and figure of a run of the pipeline in one HTML file, to be read offline."""

from __future__ import annotations

import base64
import html
import importlib.metadata
import platform
import re
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import yaml
from markupsafe import Markup

from latentlab.artifacts import write_text
from latentlab.errors import ConfigError
from latentlab.pipeline.claims.verdicts import CLASSES
from latentlab.pipeline.report.overview import read_verdicts

TEMPLATE, STYLE, SCRIPT = "report.html.j2", "report.css", "report.js"
SCALE = 0.7  # pixels of the page by pixel of a figure's PNG, which has 200 to the inch
PACKAGES = [
    "torch",
    "compressai",
    "lightning",
    "numpy",
    "scipy",
    "h5py",
    "hdf5plugin",
    "imagecodecs",
    "pyfai",
    "fabio",
    "xraydb",
    "matplotlib",
    "pandas",
    "snakemake",
]
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Picture:
    """An image inside the report: its data URI, and the size at which it is shown, in pixels of the page."""

    source: str
    width: int
    height: int


def picture(png: Path, svg: Path) -> Picture:
    """A figure, from the smaller of its two files.

    Raises
    ------
    ConfigError : `png` is no PNG.
    """
    content = png.read_bytes()
    if not content.startswith(_PNG) or len(content) < 24:
        raise ConfigError(f"{png}: expected a PNG image")
    width, height = struct.unpack(">II", content[16:24])
    kind, drawing = "png", svg.read_bytes()
    if len(drawing) < len(content):
        kind, content = "svg+xml", drawing
    source = f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"
    return Picture(source, round(SCALE * width), round(SCALE * height))


def fragment(path: Path, study: str, label: str, title: str = "") -> Markup:
    """A table or several as HTML: each in a box that scrolls, with ids that no other study has.

    Parameters
    ----------
    path : HTML without head and body, as the rules write it. label : what a screen reader calls the boxes.
    title : stands above them in the report; a caption does not show it again, only what it says besides.

    Raises
    ------
    ConfigError : the file holds no table, or is a page of its own.
    """
    text = path.read_text(encoding="utf-8")
    if "<table" not in text or re.search(r"<(html|head|body)\b", text):
        raise ConfigError(f"{path}: expected tables as a fragment of HTML, without head and body")
    text = re.sub(r'(<[^<>]*\s)id="', rf'\g<1>id="{study}-', text)
    box = Markup('<div class="scroll" tabindex="0" role="region" aria-label="{}">').format(label)
    text = re.sub(
        r"<caption>(.*?)</caption>", lambda found: _caption(found[1], label, title), text, flags=re.S
    )
    text = re.sub(r"<table\b", lambda found: f"{box}{found[0]}", text)
    return Markup(text.replace("</table>", "</table></div>"))


def _caption(text: str, label: str, title: str) -> str:
    """A caption without the title of its table: what is said besides, or nothing that is seen."""
    for known in (html.escape(f"{label}: {title}"), html.escape(title)):
        if title and text.startswith(known):
            rest = re.fullmatch(r",\s*(.+)|\s*\((.+)\)", text.removeprefix(known))
            said = (rest[1] or rest[2]) if rest else ""
            if said:
                return f"<caption>{said[0].upper()}{said[1:]}</caption>"
            if text == known:
                return f'<caption class="unseen">{text}</caption>'
    return f"<caption>{text}</caption>"


def write_report(
    output: Path | str,
    templates: Path | str,
    citation: Path | str,
    scale: str,
    studies: Sequence[Mapping[str, Any]],
    frames: Sequence[Mapping[str, Any]],
    of_frames: Sequence[Mapping[str, str]],
    micrographs: Sequence[Mapping[str, str]],
) -> None:
    """Write the report beside the results that it shows; equal results give equal bytes.

    Parameters
    ----------
    output : results/<scale>/report.html; the results are looked up in its folder.
    templates : folder of the template, the style sheet and the script. citation : CITATION.cff.
    scale : its name. studies : of each, see `report_content.study_content`.
    frames : of each of the user's frames "name", "files" and "figures"; of each of these "png", "svg" and
        "shows", what it shows in words. Files are relative to the folder.
    of_frames, micrographs : "anchor" and "title" of the studies' tables and figures that show the user's
        frames and micrographs.

    Raises
    ------
    ConfigError : a result is missing or is not what its rule writes.
    """
    folder, templates = Path(output).parent, Path(templates)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    try:
        shown = [_study(folder, study) for study in studies]
        own = [
            {
                **frame,
                "figures": [
                    {**figure, "picture": picture(folder / figure["png"], folder / figure["svg"])}
                    for figure in frame["figures"]
                ],
            }
            for frame in frames
        ]
        text = environment.get_template(TEMPLATE).render(
            style=Markup((templates / STYLE).read_text(encoding="utf-8")),
            script=Markup((templates / SCRIPT).read_text(encoding="utf-8")),
            scale=scale,
            studies=shown,
            verdicts=CLASSES,
            frames=own,
            of_frames=of_frames,
            micrographs=micrographs,
            versions=_versions(),
            citation=_citation(Path(citation)),
        )
    except FileNotFoundError as error:
        raise ConfigError(f"{error.filename}: the report shows this file, but it is not there") from error
    write_text(output, text)


def _study(folder: Path, study: Mapping[str, Any]) -> dict[str, Any]:
    """What `study_content` says, and the results: fragments, pictures, how many claims have which verdict."""
    name = study["name"]
    verdicts = read_verdicts(folder / name / "tables" / "claims.csv")
    tables, figures = (
        [_entry(study, kind, entry) for entry in study[f"{kind}s"]] for kind in ("table", "figure")
    )
    for entry in tables:
        path = f"{name}/tables/{entry['name']}"
        entry["content"] = fragment(folder / f"{path}.html", name, entry["label"], entry["title"])
        entry["files"] = [f"{path}.csv", f"{path}.md"]
    for entry in figures:
        path = f"{name}/figures/{entry['name']}"
        entry["picture"] = picture(folder / f"{path}.png", folder / f"{path}.svg")
        entry["files"] = [f"{path}.png", f"{path}.svg"]
    overview = folder / name / "tables" / "overview.html"
    label = f"{study['title']}: headline values"
    return {
        **study,
        "tables": tables,
        "figures": figures,
        "headline": next((entry for entry in figures if entry["name"] == study["headline"]), None),
        "overview": fragment(overview, name, label) if study["overview"] else "",
        "claims": fragment(folder / name / "tables" / "claims.html", name, f"{study['title']}: claims"),
        "words": {f"{name}-claim-{claim}": words for claim, words in study["claims"].items() if words},
        "counts": Counter(verdicts.values()),
    }


def _entry(study: Mapping[str, Any], kind: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """A table's or figure's texts, its anchor, and what it is called; ours alone have no number."""
    label = _label(kind, entry["name"])
    return {
        **entry,
        "anchor": f"{study['name']}-{kind}-{entry['name']}",
        "label": label,
        "heading": f"{label}: {entry['title']}" if entry["of_document"] else entry["title"],
        "caption": [entry[key] for key in ("made", "units", "look") if entry[key]],
    }


def _label(kind: str, name: str) -> str:
    """What a table or figure is called; the document's tables of images are figures here."""
    if name.startswith("table-"):
        return f"Table {name.removeprefix('table-')}"
    return f"{kind.capitalize()} {name}"


def _versions() -> dict[str, str]:
    """Versions of Python and of the packages that compute, store and draw, as far as they are installed."""
    found = {"Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _citation(path: Path) -> list[str]:
    """How to cite the software and its sources, a sentence each, from a CITATION.cff."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    software = f"{content['title']}. Version {content['version']}, {content['date-released']}."
    return [software, *(_reference(each) for each in content.get("references", []))]


def _reference(reference: Mapping[str, Any]) -> str:
    names = [
        author.get("name") or f"{author['given-names']} {author['family-names']}"
        for author in reference["authors"]
    ]
    details = [
        reference.get("thesis-type"),
        (reference.get("institution") or {}).get("name"),
        reference.get("collection-title"),
        reference.get("repository-code"),
    ]
    end = ", ".join(detail for detail in details if detail)
    return f"{', '.join(names)}: {reference['title']}.{f' {end}.' if end else ''}"
