# Denoising beside that inside the codec: latents carried from one codec to another, and networks without a code.
include: "gisaxs_denoising_paths.smk"


rule gisaxs_train_denoiser:
    input:
        data=DATASETS["small"],
        examples=EXAMPLES,
    output:
        weights=f"{G}/denoising/{{denoiser}}/weights.h5",
        evaluation=f"{G}/denoising/{{denoiser}}/evaluation.h5",
    log:
        f"{LOGS}/denoising/{{denoiser}}.log",
    benchmark:
        f"{G}/benchmarks/denoising/{{denoiser}}.tsv"
    wildcard_constraints:
        denoiser=names_pattern(DENOISERS),
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=SCALE["training"]["mem_mb"],
        runtime=SCALE["training"]["minutes"],
        gpu=GPUS_PER_TRAINING,
    params:
        record=lambda wildcards: DENOISERS[wildcards.denoiser],
        code=code_of("gisaxs/train_denoiser.py"),
    message:
        "Training and measuring the denoiser {wildcards.denoiser}"
    script:
        "../scripts/gisaxs/train_denoiser.py"


rule gisaxs_train_transition:
    input:
        encoder=lambda wildcards: f"{G}/runs/{TRANSITIONS[wildcards.transition]['encoder']}/codec.h5",
        decoder=lambda wildcards: f"{G}/runs/{TRANSITIONS[wildcards.transition]['decoder']}/codec.h5",
        data=DATASETS["small"],
        examples=EXAMPLES,
    output:
        weights=f"{G}/denoising/{{transition}}/weights.h5",
        evaluation=f"{G}/denoising/{{transition}}/evaluation.h5",
    log:
        f"{LOGS}/denoising/{{transition}}.log",
    benchmark:
        f"{G}/benchmarks/denoising/{{transition}}.tsv"
    wildcard_constraints:
        transition=names_pattern(TRANSITIONS),
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=lambda wildcards: SCALE["training"]["mem_mb"] + transition_mb(wildcards.transition),
        runtime=SCALE["training"]["minutes"],
        gpu=GPUS_PER_TRAINING,
    params:
        record=lambda wildcards: TRANSITIONS[wildcards.transition],
        code=code_of("gisaxs/train_transition.py"),
    message:
        "Training and measuring the transition {wildcards.transition} between two codecs"
    script:
        "../scripts/gisaxs/train_transition.py"


rule gisaxs_denoising_references:
    input:
        data=DATASETS["small"],
    output:
        GISAXS_MEASURED[TEST_INPUT],
    log:
        f"{LOGS}/denoising/references.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1500,
    params:
        record=noisy_input(GISAXS),
        code=code_of("gisaxs/denoising_references.py"),
    message:
        "Measuring what is known about noisy patterns without a network"
    script:
        "../scripts/gisaxs/denoising_references.py"
