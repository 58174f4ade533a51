# Clustering: latents -> LSRAE -> clusters by every method, what they have to do with the parameters; classification.
include: "gisaxs_clustering_paths.smk"


rule gisaxs_latents:
    input:
        small=DATASETS["small"],
        codec=lambda wildcards: f"{G}/runs/{CLUSTERED[wildcards.name]['run']}/codec.h5",
    output:
        f"{C}/latents/{{name}}.h5",
    log:
        f"{LOGS}/clustering/latents/{{name}}.log",
    wildcard_constraints:
        name=names_pattern(CODEC_INPUTS),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1500,
    params:
        names=lambda wildcards: CLUSTERED[wildcards.name]["latents"],
        code=code_of("gisaxs/latents.py"),
    message:
        "Saving the latents {wildcards.name} of all patterns"
    script:
        "../scripts/gisaxs/latents.py"


rule gisaxs_components:
    input:
        small=DATASETS["small"],
    output:
        f"{C}/latents/{{name}}.h5",
    log:
        f"{LOGS}/clustering/latents/{{name}}.log",
    wildcard_constraints:
        name=names_pattern(COMPONENT_INPUTS),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1500,
    params:
        number=lambda wildcards: CLUSTERED[wildcards.name]["components"],
        side=lambda wildcards: CLUSTERED[wildcards.name].get("side"),
        measured=lambda wildcards: RUNS.get(CLUSTERED[wildcards.name].get("measured_as")),
        code=code_of("gisaxs/components.py"),
    message:
        "Fitting the principal components {wildcards.name}"
    script:
        "../scripts/gisaxs/components.py"


rule gisaxs_lsrae:
    input:
        latents=lambda wildcards: latents_of(wildcards.name),
    output:
        f"{C}/lsrae/{{name}}.h5",
    log:
        f"{LOGS}/clustering/lsrae/{{name}}.log",
    benchmark:
        f"{G}/benchmarks/clustering/lsrae/{{name}}.tsv"
    wildcard_constraints:
        name=names_pattern(LSRAE_INPUTS),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1500,
        runtime=SCALE["training"]["minutes"],
    params:
        settings=CLUSTERING["lsrae"],
        epochs=CLUSTERING_SCALE["epochs"]["lsrae"],
        seeds=SEEDS,
        dataset=lambda wildcards: CLUSTERED[wildcards.name].get("dataset", "latents"),
        code=code_of("gisaxs/train_lsrae.py"),
    message:
        "Training the label and sparse regularised autoencoder of {wildcards.name}"
    script:
        "../scripts/gisaxs/train_lsrae.py"


rule gisaxs_clusters:
    input:
        latents=lambda wildcards: latents_of(wildcards.name),
        lsrae=lambda wildcards: [f"{C}/lsrae/{wildcards.name}.h5"] if wildcards.name in LSRAE_INPUTS else [],
    output:
        f"{C}/clusters/{{name}}.h5",
    log:
        f"{LOGS}/clustering/clusters/{{name}}.log",
    benchmark:
        f"{G}/benchmarks/clustering/clusters/{{name}}.tsv"
    wildcard_constraints:
        name=names_pattern(CLUSTERED),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1500,
        runtime=SCALE["training"]["minutes"],
    params:
        title=lambda wildcards: CLUSTERED[wildcards.name]["title"],
        methods=lambda wildcards: {
            method: how for method, how in CLUSTERING["methods"].items() if wildcards.name in how["inputs"]
        },
        epochs=CLUSTERING_SCALE["epochs"],
        seeds=SEEDS,
        dataset=lambda wildcards: CLUSTERED[wildcards.name].get("dataset", "latents"),
        permutations=CLUSTERING_SCALE["permutations"],
        code=code_of("gisaxs/clusters.py"),
    message:
        "Making clusters of {wildcards.name}"
    script:
        "../scripts/gisaxs/clusters.py"


rule gisaxs_classify:
    input:
        latents=lambda wildcards: latents_of(wildcards.name),
    output:
        f"{C}/classes/{{name}}.h5",
    log:
        f"{LOGS}/clustering/classes/{{name}}.log",
    benchmark:
        f"{G}/benchmarks/clustering/classes/{{name}}.tsv"
    wildcard_constraints:
        name=names_pattern(CLUSTERING["classification"]["inputs"]),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1500,
        runtime=SCALE["training"]["minutes"],
    params:
        title=lambda wildcards: CLUSTERED[wildcards.name]["title"],
        targets=CLUSTERING["classification"]["targets"],
        settings=CLUSTERING["lsrae"],
        epochs=CLUSTERING_SCALE["epochs"]["classifier"],
        seeds=SEEDS,
        dataset=lambda wildcards: CLUSTERED[wildcards.name].get("dataset", "latents"),
        code=code_of("gisaxs/classify.py"),
    message:
        "Classifying the parameters of {wildcards.name}"
    script:
        "../scripts/gisaxs/classify.py"


rule gisaxs_thesis_clusters:
    input:
        document="config/documents/gisaxs/table_4_19_clusters.csv",
    output:
        THESIS_CLUSTERS["thesis-clusters"],
    log:
        f"{LOGS}/clustering/thesis.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=500,
    params:
        permutations=CLUSTERING_SCALE["permutations"],
        code=code_of("gisaxs/thesis_clusters.py"),
    message:
        "Measuring the clusters of the thesis's table 4.19"
    script:
        "../scripts/gisaxs/thesis_clusters.py"
