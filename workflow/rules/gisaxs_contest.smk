# The contest of the codecs: what a user would pick instead, on three grounds and on frames of one's own.
rule gisaxs_train_two_code:
    input:
        space=SPACE,
        code=library_files(*TWO_CODE),
    output:
        f"{G}/two_code/{{dimensions}}.h5",
    log:
        f"{LOGS}/two_code/{{dimensions}}.log",
    benchmark:
        f"{G}/benchmarks/two_code/{{dimensions}}.tsv"
    wildcard_constraints:
        dimensions="[1-6]",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        record=lambda wildcards: {**GISAXS["two_code"], "dimensions": int(wildcards.dimensions)},
    message:
        "Training the codec of two codes of {wildcards.dimensions} coordinates each"
    script:
        "../scripts/gisaxs/train_two_code.py"


rule gisaxs_contest:
    input:
        space=SPACE,
        small=DATASETS["small"],
        two_codes=TWO_CODES,
        evaluations=lambda wildcards: evaluations_of(contest_runs(wildcards)),
        code=library_files(*CONTEST),
    output:
        f"{G}/contest/{{ground}}.h5",
    log:
        f"{LOGS}/contest/{{ground}}.log",
    benchmark:
        f"{G}/benchmarks/contest/{{ground}}.tsv"
    wildcard_constraints:
        ground="small|space|counted",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=3000,
    params:
        **{name: GISAXS["contest"][name] for name in ("training", "photons", "lossless_photons")},
        ground=lambda wildcards: wildcards.ground,
        runs=lambda wildcards: contest_runs(wildcards),
        patterns=lambda wildcards: SCALE["contest"][wildcards.ground],
        fitted=SCALE["contest"]["fitted"],
    message:
        "Holding the contest of the codecs: {wildcards.ground}"
    script:
        "../scripts/gisaxs/contest.py"


rule gisaxs_contest_frames:
    input:
        frames=list(FRAME_PATHS.values()),
        code=library_files("counts/*.py", "studies/gisaxs/codec_comparison/**/*.py", "frames/*.py"),
    output:
        f"{G}/contest/frames.h5",
    log:
        f"{LOGS}/contest/frames.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        dataset=CONFIG["frames"]["dataset"],
        index=CONFIG["frames"]["index"],
    message:
        "Coding your frames losslessly with every codec"
    script:
        "../scripts/gisaxs/contest_frames.py"


rule gisaxs_figure_contest:
    input:
        contest=lambda wildcards: f"{G}/contest/{figure_spec(wildcards)['ground']}.h5",
        code=library_files("pipeline/figure_style.py", "studies/gisaxs/figures/rate_distortion.py", "studies/gisaxs/codec_comparison/comparison_file.py"),
    output:
        figure_outputs("6 Contest of the codecs"),
    log:
        f"{LOGS}/figures/{{figure}}.log",
    wildcard_constraints:
        figure=figures_of("contest"),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=500,
    params:
        spec=figure_spec,
    message:
        "Drawing figure {wildcards.figure}"
    script:
        "../scripts/gisaxs/figure_contest.py"
