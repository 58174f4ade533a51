# The lines study: draw sets -> train VAEs -> evaluate -> tables, figures, claims.
include: "lines_paths.smk"


rule lines_dataset:
    input:
        micrographs=lambda wildcards: MICROGRAPHS if wildcards.set == OWN else [],
        code=library_files(*DRAWING),
    output:
        f"{L}/datasets/{{set}}.h5",
    log:
        f"{LINES_LOGS}/datasets/{{set}}.log",
    wildcard_constraints:
        set=names_pattern(SETS),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
    params:
        spec=set_spec,
        number=lambda wildcards: LINES_SCALE["images" if wildcards.set in TRAINED_SETS else "shown"],
        side=LINES_SCALE["side"],
        seed=LINES["seed"],
    message:
        "Drawing the set {wildcards.set}"
    script:
        "../scripts/lines/dataset.py"


rule lines_baselines:
    input:
        data=f"{L}/datasets/{{set}}.h5",
        code=library_files(*VAE_EVALUATION),
    output:
        f"{L}/baselines/{{set}}.h5",
    log:
        f"{LINES_LOGS}/baselines/{{set}}.log",
    benchmark:
        f"{L}/benchmarks/baselines/{{set}}.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        sizes=EVALUATION_SIZES,
        latent=LINES["defaults"]["latent"],
        seed=LINES["seed"],
    message:
        "Measuring the baselines of {wildcards.set}"
    script:
        "../scripts/lines/baselines.py"


rule lines_train:
    input:
        data=lambda wildcards: f"{L}/datasets/{LINES_RUNS[wildcards.run]['data']}.h5",
        weights=lambda wildcards: LINES_RUNS[wildcards.run]["weights"] or [],
        code=library_files(*VAE_TRAINING),
    output:
        f"{L}/runs/{{run}}/vae.h5",
    log:
        f"{LINES_LOGS}/train/{{run}}.log",
    benchmark:
        f"{L}/benchmarks/train/{{run}}.tsv"
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=2000,
        gpu=GPUS_PER_TRAINING,
    params:
        record=lambda wildcards: LINES_RUNS[wildcards.run],
        checkpoint=lambda wildcards: f"{L}/runs/{wildcards.run}/last.ckpt",
    message:
        "Training {wildcards.run}"
    script:
        "../scripts/lines/train.py"


rule lines_evaluate:
    input:
        vae=f"{L}/runs/{{run}}/vae.h5",
        data=lambda wildcards: f"{L}/datasets/{LINES_RUNS[wildcards.run]['data']}.h5",
        code=library_files(*VAE_EVALUATION),
    output:
        f"{L}/runs/{{run}}/evaluation.h5",
    log:
        f"{LINES_LOGS}/evaluate/{{run}}.log",
    benchmark:
        f"{L}/benchmarks/evaluate/{{run}}.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        sizes=EVALUATION_SIZES,
    message:
        "Reconstructing validation images with {wildcards.run}"
    script:
        "../scripts/lines/evaluate.py"


rule lines_claims:
    input:
        evaluations=lines_evaluations(LINES_RUNS),
        baselines=[f"{L}/baselines/{data}.h5" for data in TRAINED_SETS],
        code=library_files("pipeline/claims.py", "pipeline/claims_table.py", "pipeline/tables.py"),
    output:
        csv=f"{L}/tables/claims.csv",
        md=f"{L}/tables/claims.md",
        html=report(
            f"{L}/tables/claims.html",
            caption="../report/claims.rst",
            category="Lines",
            subcategory="1 Claims",
            labels={"claims": "all, each with its verdict"},
        ),
    log:
        f"{LINES_LOGS}/claims.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=500,
    params:
        claims=LINES["claims"],
        subjects=[*LINES_RUNS, *TRAINED_SETS],
        scale=config["scale"],
    message:
        "Evaluating the document's claims"
    script:
        "../scripts/lines/claims.py"


rule lines_table:
    input:
        unpack(lambda wildcards: lines_inputs("tables", wildcards.table)),
        code=library_files("pipeline/tables.py", "studies/lines/tables.py"),
    output:
        csv=f"{L}/tables/{{table}}.csv",
        md=f"{L}/tables/{{table}}.md",
        html=report(
            f"{L}/tables/{{table}}.html",
            caption="../report/table.rst",
            category="Lines",
            subcategory="2 Tables",
            labels=lambda wildcards: {
                "table": wildcards.table,
                "title": LINES["tables"][wildcards.table]["title"],
            },
        ),
    log:
        f"{LINES_LOGS}/tables/{{table}}.log",
    wildcard_constraints:
        table=names_pattern(LINES["tables"]),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=500,
    params:
        spec=lambda wildcards: LINES["tables"][wildcards.table],
        runs=lambda wildcards: lines_runs_of(LINES["tables"][wildcards.table]),
    message:
        "Writing table {wildcards.table}"
    script:
        "../scripts/lines/tables.py"


rule lines_figure:
    input:
        unpack(lambda wildcards: lines_inputs("figures", wildcards.figure)),
        code=library_files(*DRAWN),
    output:
        report(
            f"{L}/figures/{{figure}}.png",
            caption="../report/figure.rst",
            category="Lines",
            subcategory=lambda wildcards: (
                "3 The document's figures"
                if wildcards.figure[0].isdigit() or wildcards.figure.startswith("table")
                else "4 Beyond"
            ),
            labels=lambda wildcards: {
                "figure": wildcards.figure,
                "title": LINES["figures"][wildcards.figure]["title"],
            },
        ),
        f"{L}/figures/{{figure}}.svg",
    log:
        f"{LINES_LOGS}/figures/{{figure}}.log",
    wildcard_constraints:
        figure=names_pattern(LINES["figures"]),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
    params:
        spec=lambda wildcards: LINES["figures"][wildcards.figure],
        runs=lambda wildcards: lines_runs_of(LINES["figures"][wildcards.figure]),
    message:
        "Drawing figure {wildcards.figure}"
    script:
        "../scripts/lines/figure.py"
