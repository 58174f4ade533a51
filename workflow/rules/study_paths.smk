# Inputs of the tables, figures and claims of each study.
from latentlab.pipeline.tables.captions import without_caption

CLAIMS = {
    study: claims_inputs(
        content,
        RECORDS[study],
        QUANTITIES[study],
        JUDGING[study],
        Path(workflow.basedir) / "config" / "documents" / study,
    )
    for study, content in STUDIES.items()
}
FUNCTIONS = {"tables": ("TABLES", "source"), "figures": ("FIGURES", "kind")}


def measured(study):
    """Measured artifacts by subject: of the trained runs, and of the study's other subjects."""
    runs = list(RECORDS[study])
    return {**dict(zip(runs, evaluations_of(study, runs))), **MEASURED[study]}


def artifacts_of(study, entry):
    """A study's own inputs of a table or figure; for a table of runs, the baselines that they are judged against.

    With `timings: true` a table of runs gets the times of their trainings too.
    """
    if "rows" not in entry:
        return ARTIFACTS[study](entry)
    timings = ARTIFACTS[study](entry) if entry.get("timings") else {}
    return {**baselines_of(study, entry["rows"]), **timings}


def claims_params():
    """Parameters of the rule that evaluates a study's claims, see `claims_inputs`."""

    def of(name):
        return lambda wildcards: CLAIMS[wildcards.study][name]

    return {name: of(name) for name in next(iter(CLAIMS.values()))}


def inputs_of(section, study, name):
    """Evaluations, other artifacts and the document's file of a table or figure."""
    entry = STUDIES[study][section][name]
    return {
        "evaluations": evaluations_of(study, runs_named(entry)),
        "artifacts": list(artifacts_of(study, entry).values()),
        "document": [f"config/documents/{study}/{entry['document']}"] if "document" in entry else [],
    }


def function_of(section, study, name):
    """The function that makes a table or figure, as "module.function" in the study's folder."""
    table, key = FUNCTIONS[section]
    return getattr(OUTPUTS[study], table)[STUDIES[study][section][name][key]]


def shown_params(section, wildcard):
    """Parameters of the rule that makes a study's tables or figures; `wildcard` names the table or figure."""

    def of(value):
        return lambda wildcards: value(wildcards.study, getattr(wildcards, wildcard))

    def code(study, name):
        return code_of(f"study/{wildcard}.py", study_file(WORKFLOW, study, function_of(section, study, name)))

    return {
        "study": lambda wildcards: wildcards.study,
        "function": of(lambda study, name: function_of(section, study, name)),
        "spec": of(lambda study, name: without_caption(section, STUDIES[study][section][name])),
        "runs": of(lambda study, name: runs_named(STUDIES[study][section][name])),
        "names": of(lambda study, name: list(artifacts_of(study, STUDIES[study][section][name]))),
        "code": of(code),
    }


def table_title(wildcards):
    """The caption, after the document's number if the table has one."""
    title = STUDIES[wildcards.study]["tables"][wildcards.table]["title"]
    return f"Table {wildcards.table}: {title}" if wildcards.table[0].isdigit() else title


def shown_names(study):
    """The tables and figures that are made; those of the user's frames only if there are frames."""
    return {
        section: [
            name
            for name, entry in STUDIES[study][section].items()
            if entry.get("test_set") != "frames" or FRAME_PATHS
        ]
        for section in FUNCTIONS
    }


def study_targets(study):
    """Tables, figures, claims and, if the study has one, the overview."""
    shown, folder = shown_names(study), f"{RESULTS}/{study}"
    overview = ["overview"] if "overview" in STUDIES[study] else []
    return [
        *(
            f"{folder}/tables/{name}.{kind}"
            for name in [*shown["tables"], "claims", *overview]
            for kind in ("csv", "md", "html")
        ),
        *(f"{folder}/figures/{name}.{kind}" for name in shown["figures"] for kind in ("png", "svg")),
    ]
