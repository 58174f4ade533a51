# The comparison of codecs: ours with those that a user would choose instead, on three test sets and on your own frames.
rule gisaxs_train_two_factor:
    input:
        space=SPACE,
    output:
        f"{G}/two_factor/{{dimensions}}.h5",
    log:
        f"{LOGS}/two_factor/{{dimensions}}.log",
    benchmark:
        f"{G}/benchmarks/two_factor/{{dimensions}}.tsv"
    wildcard_constraints:
        dimensions="[1-6]",
    priority: 10  # long, so they start as soon as they can
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        record=lambda wildcards: {**GISAXS["two_factor_codec"], "dimensions": int(wildcards.dimensions)},
        code=code_of("gisaxs/train_two_factor.py"),
    message:
        "Training the two-factor codec of {wildcards.dimensions} coordinates each"
    script:
        "../scripts/gisaxs/train_two_factor.py"


rule gisaxs_compare_codecs:
    input:
        space=SPACE,
        small=DATASETS["small"],
        two_factor=TWO_FACTOR,
        evaluations=lambda wildcards: evaluations_of("gisaxs", compared_runs(wildcards)),
    output:
        f"{G}/codec_comparison/{{test_set}}.h5",
    log:
        f"{LOGS}/codec_comparison/{{test_set}}.log",
    benchmark:
        f"{G}/benchmarks/codec_comparison/{{test_set}}.tsv"
    wildcard_constraints:
        test_set="small|space|counted",
    priority: 10  # long, so they start as soon as they can
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
        code=code_of("gisaxs/compare_codecs.py"),
    message:
        "Comparing the codecs: {wildcards.test_set}"
    script:
        "../scripts/gisaxs/compare_codecs.py"


rule gisaxs_compare_on_frames:
    input:
        frames=list(FRAME_PATHS.values()),
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
        code=code_of("gisaxs/compare_on_frames.py"),
    message:
        "Coding your frames losslessly with every codec"
    script:
        "../scripts/gisaxs/compare_on_frames.py"
