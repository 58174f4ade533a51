# The GISAXS study: simulate -> gaps -> data sets -> train -> evaluate -> tables, figures, claims.
include: "gisaxs_paths.smk"


rule gisaxs_form_factors:
    output:
        f"{G}/factor_libraries/{{purpose}}/form_factors.h5",
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
        code=code_of("gisaxs/form_factors.py"),
    message:
        "Simulating form factors for {wildcards.purpose}"
    script:
        "../scripts/gisaxs/form_factors.py"


rule gisaxs_structure_factors:
    output:
        f"{G}/factor_libraries/{{purpose}}/structure_factors.h5",
    log:
        f"{LOGS}/structure_factors/{{purpose}}.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
    params:
        **LIBRARY_PARAMS,
        code=code_of("gisaxs/structure_factors.py"),
    message:
        "Simulating structure factors for {wildcards.purpose}"
    script:
        "../scripts/gisaxs/structure_factors.py"


rule gisaxs_gaps:
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
        code=code_of("gisaxs/gaps.py"),
    message:
        "Mapping the detector's gaps to the simulated grid"
    script:
        "../scripts/gisaxs/gaps.py"


rule gisaxs_small:
    input:
        **LIBRARIES,
        gaps=f"{G}/datasets/gaps.h5",
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
        raw_mean_square=GISAXS["raw_mean_square"],
        code=code_of("gisaxs/small_set.py"),
    message:
        "Combining the small data set"
    script:
        "../scripts/gisaxs/small_set.py"


rule gisaxs_examples:
    input:
        **SHOWN_LIBRARIES,
        small=DATASETS["small"],
    output:
        EXAMPLES,
    log:
        f"{LOGS}/examples.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=500,
    params:
        examples=GISAXS["examples"],
        code=code_of("gisaxs/examples.py"),
    message:
        "Combining the example patterns"
    script:
        "../scripts/gisaxs/examples.py"


rule gisaxs_large:
    input:
        **LIBRARIES,
        small=DATASETS["small"],
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
        code=code_of("gisaxs/large_set.py"),
    message:
        "Indexing the large data set"
    script:
        "../scripts/gisaxs/large_set.py"


rule gisaxs_space:
    output:
        SPACE,
    log:
        f"{LOGS}/space.log",
    benchmark:
        f"{G}/benchmarks/space.tsv"
    priority: 10  # the long comparison of codecs waits for it
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
        code=code_of("gisaxs/space.py"),
    message:
        "Simulating the whole parameter space"
    script:
        "../scripts/gisaxs/space.py"


rule gisaxs_train:
    input:
        data=lambda wildcards: DATASETS[RUNS[wildcards.run]["dataset"]],
        libraries=lambda wildcards: libraries_of(RUNS[wildcards.run]["dataset"]),
    output:
        f"{G}/runs/{{run}}/codec.h5",
    log:
        f"{LOGS}/train/{{run}}.log",
    benchmark:
        f"{G}/benchmarks/train/{{run}}.tsv"
    wildcard_constraints:
        run=names_pattern(RUNS),  # those that this scale trains
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=lambda wildcards: SCALE["training"]["mem_mb"] + denoiser_mb(wildcards.run, TRAINED_COPIES),
        runtime=SCALE["training"]["minutes"],
        gpu=GPUS_PER_TRAINING,
    params:
        record=lambda wildcards: RUNS[wildcards.run],
        checkpoint=lambda wildcards: f"{G}/runs/{wildcards.run}/last.ckpt",
        code=code_of("gisaxs/train.py"),
    message:
        "Training {wildcards.run}"
    script:
        "../scripts/gisaxs/train.py"


rule gisaxs_evaluate:
    input:
        codec=f"{G}/runs/{{run}}/codec.h5",
        data=lambda wildcards: DATASETS[RUNS[wildcards.run]["dataset"]],
        examples=EXAMPLES,
        libraries=lambda wildcards: libraries_of(RUNS[wildcards.run]["dataset"]),
        space=SPACE,
    output:
        f"{G}/runs/{{run}}/evaluation.h5",
    log:
        f"{LOGS}/evaluate/{{run}}.log",
    benchmark:
        f"{G}/benchmarks/evaluate/{{run}}.tsv"
    wildcard_constraints:
        run=names_pattern(RUNS),  # those that this scale trains
    conda:
        ENVIRONMENT
    resources:
        mem_mb=lambda wildcards: 2000 + denoiser_mb(wildcards.run, READ_COPIES),
    params:
        code=code_of("gisaxs/evaluate.py"),
    message:
        "Coding and decoding the test patterns with {wildcards.run}"
    script:
        "../scripts/gisaxs/evaluate.py"


rule gisaxs_baselines:
    input:
        data=lambda wildcards: DATASETS[GISAXS["baselines"][wildcards.subject]["dataset"]],
        libraries=lambda wildcards: libraries_of(GISAXS["baselines"][wildcards.subject]["dataset"]),
    output:
        f"{G}/baselines/{{subject}}.h5",
    log:
        f"{LOGS}/baselines/{{subject}}.log",
    benchmark:
        f"{G}/benchmarks/baselines/{{subject}}.tsv"
    wildcard_constraints:
        subject=names_pattern(GISAXS["baselines"]),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=3000,
    params:
        target=lambda wildcards: GISAXS["baselines"][wildcards.subject]["target"],
        code=code_of("gisaxs/baselines.py"),
    message:
        "Measuring the baselines of {wildcards.subject}"
    script:
        "../scripts/gisaxs/baselines.py"


rule gisaxs_features:
    input:
        **SHOWN_LIBRARIES,
    output:
        f"{G}/features/{{pattern}}.h5",
    log:
        f"{LOGS}/features/{{pattern}}.log",
    wildcard_constraints:
        pattern=names_pattern(GISAXS["patterns"]),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=500,
    params:
        pattern=lambda wildcards: GISAXS["patterns"][wildcards.pattern],
        code=code_of("gisaxs/features.py"),
    message:
        "Measuring features of the pattern {wildcards.pattern}"
    script:
        "../scripts/gisaxs/features.py"
