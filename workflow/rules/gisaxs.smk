# The GISAXS study: simulate -> gaps -> data sets -> train -> evaluate -> tables, figures, claims.
include: "gisaxs_paths.smk"


rule gisaxs_form_factors:
    input:
        code=library_files(*SIMULATION, "scattering/form_factor*.py"),
    output:
        f"{G}/libraries/{{purpose}}/form_factors.h5",
    log:
        f"{LOGS}/form_factors/{{purpose}}.log",
    benchmark:
        f"{G}/benchmarks/form_factors/{{purpose}}.tsv"
    conda:
        ENVIRONMENT
    threads: 2
    resources:
        mem_mb=2500,
    params:
        **LIBRARY_PARAMS,
    message:
        "Simulating form factors for {wildcards.purpose}"
    script:
        "../scripts/gisaxs/form_factors.py"


rule gisaxs_structure_factors:
    input:
        code=library_files(*SIMULATION, "scattering/structure_factor*.py"),
    output:
        f"{G}/libraries/{{purpose}}/structure_factors.h5",
    log:
        f"{LOGS}/structure_factors/{{purpose}}.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
    params:
        **LIBRARY_PARAMS,
    message:
        "Simulating structure factors for {wildcards.purpose}"
    script:
        "../scripts/gisaxs/structure_factors.py"


rule gisaxs_gaps:
    input:
        code=library_files("scattering/detector.py", "scattering/grid.py"),
    output:
        f"{G}/datasets/gaps.h5",
    log:
        f"{LOGS}/gaps.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=500,
    params:
        experiment=GISAXS["experiment"],
        detector=GISAXS["detector"],
    message:
        "Mapping the detector's gaps to the simulated grid"
    script:
        "../scripts/gisaxs/gaps.py"


rule gisaxs_small:
    input:
        **LIBRARIES,
        gaps=f"{G}/datasets/gaps.h5",
        code=library_files(
            "studies/gisaxs/factor_libraries.py",
            "scattering/detector.py",
            "scattering/parameters.py",
            "studies/gisaxs/simulation.py",
        ),
    output:
        DATASETS["small"],
    log:
        f"{LOGS}/small.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
    params:
        crop=SCALE["crop"],
        binning=SCALE["binning"],
        examples=GISAXS["examples"],
        raw_mean_square=GISAXS["raw_mean_square"],
    message:
        "Combining the small data set"
    script:
        "../scripts/gisaxs/small_set.py"


rule gisaxs_large:
    input:
        **LIBRARIES,
        small=DATASETS["small"],
        code=library_files(
            "studies/gisaxs/factor_libraries.py", "scattering/parameters.py", "studies/gisaxs/simulation.py"
        ),
    output:
        DATASETS["large"],
    log:
        f"{LOGS}/large.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
    params:
        crop=SCALE["crop"],
        binning=SCALE["binning"],
        large=SCALE["large_patterns"],
    message:
        "Indexing the large data set"
    script:
        "../scripts/gisaxs/large_set.py"


rule gisaxs_space:
    input:
        code=library_files(
            *SIMULATION,
            "scattering/form_factor*.py",
            "scattering/structure_factor*.py",
            "studies/gisaxs/parameter_space/bases.py",
        ),
    output:
        SPACE,
    log:
        f"{LOGS}/space.log",
    benchmark:
        f"{G}/benchmarks/space.tsv"
    conda:
        ENVIRONMENT
    threads: 2
    resources:
        mem_mb=2500,
    params:
        experiment=GISAXS["experiment"],
        crop=SCALE["crop"],
        held_out=SCALE["held_out"],
        shown=max(SCALE["codec_comparison"]["space"], SCALE["codec_comparison"]["counted"]),
    message:
        "Simulating the whole parameter space"
    script:
        "../scripts/gisaxs/space.py"


rule gisaxs_train:
    input:
        data=lambda wildcards: DATASETS[RUNS[wildcards.run]["dataset"]],
        libraries=lambda wildcards: libraries_of(wildcards.run),
        code=library_files(*TRAINING),
    output:
        f"{G}/runs/{{run}}/codec.h5",
    log:
        f"{LOGS}/train/{{run}}.log",
    benchmark:
        f"{G}/benchmarks/train/{{run}}.tsv"
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=2000,
        gpu=GPUS_PER_TRAINING,
    params:
        record=lambda wildcards: RUNS[wildcards.run],
        checkpoint=lambda wildcards: f"{G}/runs/{wildcards.run}/last.ckpt",
    message:
        "Training {wildcards.run}"
    script:
        "../scripts/gisaxs/train.py"


rule gisaxs_evaluate:
    input:
        codec=f"{G}/runs/{{run}}/codec.h5",
        data=lambda wildcards: DATASETS[RUNS[wildcards.run]["dataset"]],
        small=DATASETS["small"],
        libraries=lambda wildcards: libraries_of(wildcards.run),
        space=SPACE,
        code=library_files(*EVALUATION),
    output:
        f"{G}/runs/{{run}}/evaluation.h5",
    log:
        f"{LOGS}/evaluate/{{run}}.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    message:
        "Coding and decoding the test patterns with {wildcards.run}"
    script:
        "../scripts/gisaxs/evaluate.py"


rule gisaxs_features:
    input:
        **SHOWN_LIBRARIES,
        code=library_files("studies/gisaxs/factor_libraries.py", "studies/gisaxs/features.py"),
    output:
        f"{G}/features.h5",
    log:
        f"{LOGS}/features.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=500,
    params:
        patterns=GISAXS["patterns"],
    message:
        "Measuring features of the simulated patterns"
    script:
        "../scripts/gisaxs/features.py"


rule gisaxs_claims:
    input:
        features=f"{G}/features.h5",
        evaluations=evaluations_of(RUNS),
        code=library_files("pipeline/claims.py", "pipeline/claims_table.py", "pipeline/tables.py"),
    output:
        csv=f"{G}/tables/claims.csv",
        md=f"{G}/tables/claims.md",
        html=report(
            f"{G}/tables/claims.html",
            caption="../report/claims.rst",
            category="GISAXS",
            subcategory="1 Claims",
            labels={"claims": "all, each with its verdict"},
        ),
    log:
        f"{LOGS}/claims.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=500,
    params:
        claims=GISAXS["claims"],
        runs=list(RUNS),
        scale=config["scale"],
    message:
        "Evaluating the thesis's claims"
    script:
        "../scripts/gisaxs/claims.py"


rule gisaxs_table:
    input:
        unpack(table_inputs),
        code=library_files("pipeline/tables.py", "studies/gisaxs/tables.py"),
    output:
        csv=f"{G}/tables/{{table}}.csv",
        md=f"{G}/tables/{{table}}.md",
        html=report(
            f"{G}/tables/{{table}}.html",
            caption="../report/table.rst",
            category="GISAXS",
            subcategory="2 Tables",
            labels=lambda wildcards: {
                "table": wildcards.table,
                "title": GISAXS["tables"][wildcards.table]["title"],
            },
        ),
    log:
        f"{LOGS}/tables/{{table}}.log",
    wildcard_constraints:
        table=names_pattern(GISAXS["tables"]),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=500,
    params:
        spec=lambda wildcards: GISAXS["tables"][wildcards.table],
        table=lambda wildcards: wildcards.table,
    message:
        "Writing table {wildcards.table}"
    script:
        "../scripts/gisaxs/tables.py"


rule gisaxs_figure_physics:
    input:
        **SHOWN_LIBRARIES,
        code=library_files("pipeline/figure_style.py", "studies/gisaxs/figures/patterns.py"),
    output:
        figure_outputs("3 Simulation"),
    log:
        f"{LOGS}/figures/{{figure}}.log",
    wildcard_constraints:
        figure=figures_of("factors", "series"),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=500,
    params:
        spec=figure_spec,
    message:
        "Drawing figure {wildcards.figure}"
    script:
        "../scripts/gisaxs/figure_physics.py"


rule gisaxs_figure_examples:
    input:
        small=DATASETS["small"],
        code=library_files(
            "pipeline/figure_style.py",
            "studies/gisaxs/figures/patterns.py",
            "studies/gisaxs/augmentation.py",
            "scattering/noise.py",
        ),
    output:
        figure_outputs("4 Data sets"),
    log:
        f"{LOGS}/figures/{{figure}}.log",
    wildcard_constraints:
        figure=figures_of("examples"),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=500,
    params:
        spec=figure_spec,
        seed=GISAXS["defaults"]["seed"],
        photons=GISAXS["defaults"]["photons"],
    message:
        "Drawing figure {wildcards.figure}"
    script:
        "../scripts/gisaxs/figure_examples.py"


rule gisaxs_figure_runs:
    input:
        evaluations=figure_evaluations,
        small=DATASETS["small"],
        code=library_files("pipeline/figure_style.py", "studies/gisaxs/figures/*.py"),
    output:
        figure_outputs("5 Training and restoration"),
    log:
        f"{LOGS}/figures/{{figure}}.log",
    wildcard_constraints:
        figure=figures_of("history", "scales", "reconstructions"),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=500,
    params:
        spec=figure_spec,
    message:
        "Drawing figure {wildcards.figure}"
    script:
        "../scripts/gisaxs/figure_runs.py"
