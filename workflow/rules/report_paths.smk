# What the overviews and the report are made from.
from latentlab.pipeline.configuration import load_yaml
from latentlab.pipeline.document_values import document_values
from latentlab.pipeline.report.overview_terms import overview_subjects
from latentlab.pipeline.report.content import study_content

REPORT = f"{RESULTS}/report.html"
TEMPLATES = [f"workflow/report/{name}" for name in ("report.html.j2", "report.css", "report.js")]
DOCUMENTS_SCALE = load_yaml(Path(workflow.basedir) / "config" / "scales" / "paper.yaml")


def trivial_subjects(study):
    """The measured subject that has a run's trivial answers, by run."""
    found = {run: JUDGING[study].baseline_of(record) for run, record in RECORDS[study].items()}
    return {run: subject for run, subject in found.items() if subject in MEASURED[study]}


def overview_measured(study):
    """The measured artifacts that the overview looks at, by subject."""
    rows, seeds = STUDIES[study]["overview"]["rows"], STUDIES[study]["seeds"]
    wanted = overview_subjects(rows, seeds, trivial_subjects(study))
    known = measured(study)
    return {subject: known[subject] for subject in wanted if subject in known}


def overview_params():
    """Parameters of the rule that writes a study's headline values."""

    def of(value):
        return lambda wildcards: value(wildcards.study)

    return {
        "study": of(str),
        "subjects": of(lambda study: list(overview_measured(study))),
        "rows": of(lambda study: STUDIES[study]["overview"]["rows"]),
        "seeds": of(lambda study: STUDIES[study]["seeds"]),
        "baselines": of(trivial_subjects),
        "documents": of(
            lambda study: document_values(STUDIES[study]["tables"], Path("config/documents") / study)
        ),
        "title": of(
            lambda study: f"{OUTPUTS[study].TITLE}: the {OUTPUTS[study].DOCUMENT}'s values beside ours"
        ),
        "document": of(lambda study: OUTPUTS[study].DOCUMENT),
        "code": of(
            lambda study: code_of("study/overview.py", study_file(WORKFLOW, study, "quantities.QUANTITIES"))
        ),
    }


def shown_studies():
    """What the report says of each chosen study."""
    return [
        study_content(
            study,
            STUDIES[study],
            OUTPUTS[study],
            RECORDS[study],
            shown_names(study),
            SCALES[study],
            DOCUMENTS_SCALE[study],
        )
        for study in CONFIG["studies"]
    ]


def shown_frames():
    """The user's frames: their figures, and all their files, relative to the report."""
    found = []
    for frame in FRAME_PATHS:
        files = [Path(file).relative_to(RESULTS).as_posix() for file in frame_files(frame)]
        figures = [
            {kind: f"frames/{frame}{made}.{kind}" for kind in ("png", "svg")} | {"shows": shows}
            for made, shows in ((FILLED, "with its gaps filled"), ("", "as decoded from its compressed file"))
        ]
        found.append({"name": frame, "figures": figures, "files": files})
    return found


def shown_of_frames():
    """The tables and figures that show the user's frames."""
    if not FRAME_PATHS or "gisaxs" not in CONFIG["studies"]:
        return []
    return [
        {"anchor": f"gisaxs-{section[:-1]}-{name}", "title": GISAXS[section][name]["title"]}
        for section, names in shown_names("gisaxs").items()
        for name in names
        if GISAXS[section][name].get("test_set") == "frames"
    ]


def shown_micrographs():
    """The tables and figures that show the user's micrographs; none where there are no micrographs."""
    if not MICROGRAPHS or "lines" not in CONFIG["studies"]:
        return []
    found = []
    for section, names in shown_names("lines").items():
        for name in names:
            entry = LINES[section][name]
            sets = [*entry.get("sets", []), *(LINES_RUNS[run]["data"] for run in runs_named(entry))]
            if OWN in sets or entry.get("kind") == "sets":
                found.append({"anchor": f"lines-{section[:-1]}-{name}", "title": entry["title"]})
    return found


def shown_results():
    """All files that the report shows."""
    figures = [figure for frame in shown_frames() for figure in frame["figures"]]
    frames = [f"{RESULTS}/{figure[kind]}" for figure in figures for kind in ("png", "svg")]
    return [*(target for study in CONFIG["studies"] for target in study_targets(study)), *frames]
