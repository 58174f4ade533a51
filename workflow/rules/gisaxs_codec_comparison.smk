# The comparison of codecs: ours beside what a user would pick instead, on three test sets and on your own frames.
rule gisaxs_train_two_factor:
    input:
        space=SPACE,
        code=library_files(*TWO_FACTOR_CODE),
    output:
        f"{G}/two_factor/{{dimensions}}.h5",
    log:
        f"{LOGS}/two_factor/{{dimensions}}.log",
    benchmark:
        f"{G}/benchmarks/two_factor/{{dimensions}}.tsv"
    wildcard_constraints:
        dimensions="[1-6]",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        record=lambda wildcards: {**GISAXS["two_factor_codec"], "dimensions": int(wildcards.dimensions)},
    message:
        "Training the two-factor codec of {wildcards.dimensions} coordinates each"
    script:
        "../scripts/gisaxs/train_two_factor.py"


rule gisaxs_compare_codecs:
    input:
        space=SPACE,
        small=DATASETS["small"],
        two_factor=TWO_FACTOR,
        evaluations=lambda wildcards: evaluations_of(compared_runs(wildcards)),
        code=library_files(*COMPARISON),
    output:
        f"{G}/codec_comparison/{{test_set}}.h5",
    log:
        f"{LOGS}/codec_comparison/{{test_set}}.log",
    benchmark:
        f"{G}/benchmarks/codec_comparison/{{test_set}}.tsv"
    wildcard_constraints:
        test_set="small|space|counted",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=3000,
    params:
        **{name: GISAXS["codec_comparison"][name] for name in ("training", "photons", "lossless_photons")},
        test_set=lambda wildcards: wildcards.test_set,
        runs=lambda wildcards: compared_runs(wildcards),
        patterns=lambda wildcards: SCALE["codec_comparison"][wildcards.test_set],
        fitted=SCALE["codec_comparison"]["fitted"],
    message:
        "Comparing the codecs: {wildcards.test_set}"
    script:
        "../scripts/gisaxs/compare_codecs.py"


rule gisaxs_compare_on_frames:
    input:
        frames=list(FRAME_PATHS.values()),
        code=library_files("counts/*.py", "studies/gisaxs/codec_comparison/**/*.py", "frames/*.py"),
    output:
        f"{G}/codec_comparison/frames.h5",
    log:
        f"{LOGS}/codec_comparison/frames.log",
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
        "../scripts/gisaxs/compare_on_frames.py"


rule gisaxs_figure_comparison:
    input:
        comparison=lambda wildcards: f"{G}/codec_comparison/{figure_spec(wildcards)['test_set']}.h5",
        code=library_files(
            "pipeline/figure_style.py",
            "studies/gisaxs/figures/rate_distortion.py",
            "studies/gisaxs/codec_comparison/comparison_file.py",
        ),
    output:
        figure_outputs("6 Comparison of codecs"),
    log:
        f"{LOGS}/figures/{{figure}}.log",
    wildcard_constraints:
        figure=figures_of("codec-comparison"),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=500,
    params:
        spec=figure_spec,
    message:
        "Drawing figure {wildcards.figure}"
    script:
        "../scripts/gisaxs/figure_comparison.py"
