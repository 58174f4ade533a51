# The landcover study: draw or read tiles -> train and evaluate VAEs -> embed their latents -> tables, figures, claims.
include: "landcover_paths.smk"


rule landcover_dataset:
    input:
        files=US3D_FILES,
    output:
        TILE_SET,
    log:
        f"{LANDCOVER_LOGS}/datasets/tiles.log",
    benchmark:
        f"{LANDCOVER_RESULTS}/benchmarks/datasets/tiles.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=LANDCOVER_SCALE["training"]["mem_mb"],
    params:
        spec=LANDCOVER["scenes"],
        sizes={name: LANDCOVER_SCALE[name] for name in ("side", "sites", "tiles")},
        seed=LANDCOVER["seed"],
        code=code_of("landcover/dataset.py"),
    message:
        "Making the tiles"
    script:
        "../scripts/landcover/dataset.py"


rule landcover_baselines:
    input:
        data=TILE_SET,
    output:
        LANDCOVER_MEASURED["tiles"],
    log:
        f"{LANDCOVER_LOGS}/baselines/tiles.log",
    benchmark:
        f"{LANDCOVER_RESULTS}/benchmarks/baselines/tiles.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=LANDCOVER_SCALE["training"]["mem_mb"],
    params:
        sizes=LANDCOVER["latent_sizes"],
        untrained=untrained_records(),
        seed=LANDCOVER["seed"],
        code=code_of("landcover/baselines.py"),
    message:
        "Measuring answers that need no training"
    script:
        "../scripts/landcover/baselines.py"


rule landcover_train:
    input:
        data=TILE_SET,
    output:
        vae=f"{LANDCOVER_RESULTS}/runs/{{run}}/vae.h5",
        evaluation=f"{LANDCOVER_RESULTS}/runs/{{run}}/evaluation.h5",
        timing=f"{LANDCOVER_RESULTS}/runs/{{run}}/timing.csv",
    log:
        f"{LANDCOVER_LOGS}/train/{{run}}.log",
    benchmark:
        f"{LANDCOVER_RESULTS}/benchmarks/train/{{run}}.tsv"
    wildcard_constraints:
        run=names_pattern(LANDCOVER_RUNS),  # those that this scale trains
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=LANDCOVER_SCALE["training"]["mem_mb"],
        runtime=LANDCOVER_SCALE["training"]["minutes"],
        gpu=GPUS_PER_TRAINING,
    params:
        record=lambda wildcards: LANDCOVER_RUNS[wildcards.run],
        checkpoint=lambda wildcards: f"{LANDCOVER_RESULTS}/runs/{wildcards.run}/last.ckpt",
        code=code_of("landcover/train.py"),
    message:
        "Training {wildcards.run}"
    script:
        "../scripts/landcover/train.py"


rule landcover_embed:
    input:
        evaluations=lambda wildcards: evaluations_of(
            "landcover", LANDCOVER["embeddings"][wildcards.embedding]["runs"]
        ),
        data=TILE_SET,
    output:
        f"{LANDCOVER_RESULTS}/embeddings/{{embedding}}.h5",
    log:
        f"{LANDCOVER_LOGS}/embeddings/{{embedding}}.log",
    benchmark:
        f"{LANDCOVER_RESULTS}/benchmarks/embeddings/{{embedding}}.tsv"
    wildcard_constraints:
        embedding=names_pattern(EMBEDDINGS),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        runs=lambda wildcards: LANDCOVER["embeddings"][wildcards.embedding]["runs"],
        settings=lambda wildcards: {
            key: value
            for key, value in LANDCOVER["embeddings"][wildcards.embedding].items()
            if key != "runs"
        },
        seed=LANDCOVER["seed"],
        code=code_of("landcover/embed.py"),
    message:
        "Embedding the latents of {wildcards.embedding} in two dimensions"
    script:
        "../scripts/landcover/embed.py"


rule landcover_invariant:
    input:
        data=TILE_SET,
    output:
        f"{LANDCOVER_RESULTS}/invariants/{{model}}.h5",
    log:
        f"{LANDCOVER_LOGS}/invariants/{{model}}.log",
    benchmark:
        f"{LANDCOVER_RESULTS}/benchmarks/invariants/{{model}}.tsv"
    wildcard_constraints:
        model=names_pattern(INVARIANTS),
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=LANDCOVER_SCALE["training"]["mem_mb"],
        runtime=LANDCOVER_SCALE["training"]["minutes"],
        gpu=GPUS_PER_TRAINING,
    params:
        settings=lambda wildcards: LANDCOVER["invariants"][wildcards.model],
        code=code_of("landcover/invariant.py"),
    message:
        "Training {wildcards.model} on tiles"
    script:
        "../scripts/landcover/invariant.py"
