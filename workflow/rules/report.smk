# The report: all claims, tables and figures in one HTML file.
include: "report_paths.smk"


rule overview:
    input:
        measured=lambda wildcards: list(overview_measured(wildcards.study).values()),
        claims=f"{RESULTS}/{{study}}/tables/claims.csv",
    output:
        csv=f"{RESULTS}/{{study}}/tables/overview.csv",
        md=f"{RESULTS}/{{study}}/tables/overview.md",
        html=f"{RESULTS}/{{study}}/tables/overview.html",
    log:
        f"{RESULTS}/{{study}}/logs/overview.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=500,
    params:
        **overview_params(),
    message:
        "Gathering the headline values of {wildcards.study}"
    script:
        "../scripts/study/overview.py"


rule report:
    input:
        results=shown_results(),
        templates=TEMPLATES,
        citation="CITATION.cff",
    output:
        REPORT,
    log:
        f"{RESULTS}/logs/report.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=500,
    params:
        scale=config["scale"],
        studies=shown_studies(),
        frames=shown_frames(),
        of_frames=shown_of_frames(),
        micrographs=shown_micrographs(),
        code=code_of("study/report.py"),
    message:
        "Writing the report"
    script:
        "../scripts/study/report.py"
