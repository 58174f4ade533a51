"""Write docs/results-<study>.md, their pictures and the results in README.md from the pipeline's results."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from latentlab.artifacts import write_text
from latentlab.errors import LatentlabError
from latentlab.pipeline.report.docs_pages import Results, render, replace_block

ROOT = Path(__file__).parents[2]
NOTE = "<!-- Written by make docs; change docs/templates/{} instead. -->\n\n"


def docs(results: Path, root: Path) -> list[Path]:
    """Write all pages; returns their paths.

    Parameters
    ----------
    results : results/<scale>. root : the folder that holds README.md and docs/.

    Raises
    ------
    ArtifactError : something that a page shows was not measured. ConfigError : a template is wrong.
    """
    measured = Results(results, root / "docs")
    pages = {}
    for template in sorted((root / "docs" / "templates").glob("*.md")):
        text = render(template, measured)
        if template.name.startswith("readme-"):
            page = root / "README.md"
            block = template.stem.removeprefix("readme-")
            pages[page] = replace_block(pages.get(page) or page.read_text(encoding="utf-8"), block, text)
        else:
            pages[root / "docs" / template.name] = NOTE.format(template.name) + text
    for page, text in pages.items():
        write_text(page, text)
    return list(pages)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", nargs="?", type=Path, default=ROOT / "results" / "quick")
    try:
        pages = docs(parser.parse_args().results, ROOT)
    except LatentlabError as error:
        sys.exit(str(error))
    print("Written:", ", ".join(str(page.relative_to(ROOT)) for page in pages))


if __name__ == "__main__":
    main()
