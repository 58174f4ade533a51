# Rules of every study: a table of claims, tables, figures.
include: "study_paths.smk"


rule claims:
    input:
        measured=lambda wildcards: list(measured(wildcards.study).values()),
    output:
        csv=f"{RESULTS}/{{study}}/tables/claims.csv",
        md=f"{RESULTS}/{{study}}/tables/claims.md",
        html=f"{RESULTS}/{{study}}/tables/claims.html",
        subjects=f"{RESULTS}/{{study}}/tables/subjects.json",
    log:
        f"{RESULTS}/{{study}}/logs/claims.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=500,
    params:
        **claims_params(),
        subjects=lambda wildcards: list(measured(wildcards.study)),
        title=lambda wildcards: f"Claims of the {OUTPUTS[wildcards.study].DOCUMENT}",
        scale=config["scale"],
        code=code_of("study/claims.py"),
    message:
        "Evaluating the claims of {wildcards.study}"
    script:
        "../scripts/study/claims.py"


rule table:
    input:
        unpack(lambda wildcards: inputs_of("tables", wildcards.study, wildcards.table)),
    output:
        csv=f"{RESULTS}/{{study}}/tables/{{table}}.csv",
        md=f"{RESULTS}/{{study}}/tables/{{table}}.md",
        html=f"{RESULTS}/{{study}}/tables/{{table}}.html",
    log:
        f"{RESULTS}/{{study}}/logs/tables/{{table}}.log",
    wildcard_constraints:
        table=names_pattern(name for study in STUDIES.values() for name in study["tables"]),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=500,
    params:
        **shown_params("tables", "table"),
        title=table_title,
    message:
        "Writing table {wildcards.table} of {wildcards.study}"
    script:
        "../scripts/study/table.py"


rule figure:
    input:
        unpack(lambda wildcards: inputs_of("figures", wildcards.study, wildcards.figure)),
    output:
        f"{RESULTS}/{{study}}/figures/{{figure}}.png",
        f"{RESULTS}/{{study}}/figures/{{figure}}.svg",
    log:
        f"{RESULTS}/{{study}}/logs/figures/{{figure}}.log",
    benchmark:
        f"{RESULTS}/{{study}}/benchmarks/figures/{{figure}}.tsv"
    wildcard_constraints:
        figure=names_pattern(name for study in STUDIES.values() for name in study["figures"]),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
    params:
        **shown_params("figures", "figure"),
    message:
        "Drawing figure {wildcards.figure} of {wildcards.study}"
    script:
        "../scripts/study/figure.py"
