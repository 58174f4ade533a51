# Paths of the GISAXS study, and which files and figures each job takes.
G = f"{RESULTS}/gisaxs"
LOGS = f"{G}/logs"
FACTORS = ("form_factors", "structure_factors")
# what trainings read, and what figures alone show: a new figure must not retrain anything
LIBRARIES = {name: f"{G}/libraries/data/{name}.h5" for name in FACTORS}
SHOWN_LIBRARIES = {name: f"{G}/libraries/figures/{name}.h5" for name in FACTORS}
DATASETS = {name: f"{G}/datasets/{name}.h5" for name in ("small", "large")}
SPACE = f"{G}/datasets/space.h5"
GRID = ["scattering/grid.py", "scattering/optics.py", "scattering/interpolation.py"]
SIMULATION = [*GRID, "scattering/parameters.py", "studies/gisaxs/simulation.py"]
# the codecs of CompressAI alone: the two-factor codec lies in the same rooms, and must not retrain them
MODEL = [
    "codecs/models.py",
    "codecs/compressai_import.py",
    "codecs/shapes.py",
    "studies/gisaxs/compression/codec_file.py",
]
MODEL += ["studies/gisaxs/intensity.py", "studies/gisaxs/patterns.py", "studies/gisaxs/factor_libraries.py"]
LOOPS = [
    "studies/gisaxs/compression/*loop.py",
    "training/lightning_fit.py",
    "training/*checkpoint.py",
    "training/device.py",
]
LOOPS += ["studies/gisaxs/compression/codec_module.py", "studies/gisaxs/compression/training_plan.py"]
TRAINING = [*MODEL, *LOOPS, "codecs/rate_distortion.py", "metrics.py", "studies/gisaxs/augmentation.py"]
TRAINING += ["scattering/noise.py", "scattering/detector.py"]
EVALUATION = [
    *MODEL,
    "studies/gisaxs/compression/evaluation.py",
    "studies/gisaxs/compression/convergence.py",
    "bitstream/*.py",
    "codecs/rate_distortion.py",
    "metrics.py",
]
EVALUATION += ["studies/gisaxs/augmentation.py", "scattering/noise.py"]
SPACE_FIT = [
    "studies/gisaxs/parameter_space/pattern_space.py",
    "studies/gisaxs/parameter_space/library_search.py",
    "studies/gisaxs/parameter_space/fit.py",
]
EVALUATION += [*SPACE_FIT, "studies/gisaxs/parameter_space/fit_errors.py"]
TWO_FACTOR = [f"{G}/two_factor/{dimensions}.h5" for dimensions in GISAXS["two_factor_codec"]["dimensions"]]
TWO_FACTOR_CODE = [
    "studies/gisaxs/parameter_space/pattern_space.py",
    "studies/gisaxs/codec_comparison/two_factor*.py",
    "studies/gisaxs/parameter_space/library_search.py",
]
COMPARISON = [
    *SPACE_FIT,
    "studies/gisaxs/codec_comparison/*.py",
    "studies/gisaxs/codec_comparison/reference_codecs/*.py",
    "counts/*.py",
]
COMPARISON += ["metrics.py", "studies/gisaxs/patterns.py"]
LIBRARY_PARAMS = {
    "experiment": GISAXS["experiment"],
    "library": lambda wildcards: "singles" if wildcards.purpose == "figures" else SCALE["library"],
    "singles": lambda wildcards: (
        shown_patterns(GISAXS) if wildcards.purpose == "figures" else GISAXS["examples"]
    ),
    "large": SCALE["large_patterns"],
}


def figures_of(*kinds):
    """Wildcard constraint: the figures of these kinds."""
    return names_pattern(name for name, spec in GISAXS["figures"].items() if spec["kind"] in kinds)


def evaluations_of(runs):
    return [f"{G}/runs/{run}/evaluation.h5" for run in runs]


def libraries_of(run):
    """The large data set is an index over the libraries; the small one stands alone."""
    return list(LIBRARIES.values()) if RUNS[run]["dataset"] == "large" else []


def table_inputs(wildcards):
    spec = GISAXS["tables"][wildcards.table]
    runs = [*spec.get("rows", {}), *([spec["run"]] if "run" in spec else [])]
    document = [f"config/documents/gisaxs/{spec['document']}"] if "document" in spec else []
    return {
        **LIBRARIES,
        "small": DATASETS["small"],
        "document": document,
        "evaluations": evaluations_of(runs),
        "comparison": [f"{G}/codec_comparison/{spec['test_set']}.h5"] if "test_set" in spec else [],
    }


def compared_runs(wildcards):
    """The trained codecs code the small set alone."""
    return GISAXS["codec_comparison"]["runs"] if wildcards.test_set == "small" else []


def shown(section):
    """Names of the tables or figures of a section; those of one's own frames only where there are some."""
    return [name for name, spec in GISAXS[section].items() if spec.get("test_set") != "frames" or FRAME_PATHS]


def figure_evaluations(wildcards):
    spec = GISAXS["figures"][wildcards.figure]
    return evaluations_of([*spec.get("runs", []), *([spec["run"]] if "run" in spec else [])])


def figure_spec(wildcards):
    return GISAXS["figures"][wildcards.figure]


def gisaxs_targets():
    """All that is kept, not the last files alone: what is deleted is made again, with what hangs on it."""
    tables = [*shown("tables"), "claims"]
    return [
        *LIBRARIES.values(),
        *SHOWN_LIBRARIES.values(),
        *DATASETS.values(),
        f"{G}/datasets/gaps.h5",
        SPACE,
        *TWO_FACTOR,
        *(f"{G}/codec_comparison/{test_set}.h5" for test_set in ("small", "space", "counted")),
        f"{G}/features.h5",
        *(f"{G}/runs/{run}/{name}.h5" for run in RUNS for name in ("codec", "evaluation")),
        *(f"{G}/tables/{table}.{kind}" for table in tables for kind in ("csv", "md", "html")),
        *(f"{G}/figures/{figure}.{kind}" for figure in shown("figures") for kind in ("png", "svg")),
    ]


def figure_outputs(subcategory):
    """PNG, shown in the report, and SVG of a figure."""
    shown = report(
        f"{G}/figures/{{figure}}.png",
        caption="../report/figure.rst",
        category="GISAXS",
        subcategory=subcategory,
        labels=lambda wildcards: {
            "figure": wildcards.figure,
            "title": GISAXS["figures"][wildcards.figure]["title"],
        },
    )
    return [shown, f"{G}/figures/{{figure}}.svg"]
