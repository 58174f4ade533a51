# Restoration of measured patterns: gaps filled and noise removed, beside methods that need no training.
from latentlab.studies.gisaxs.restoration.methods import METHODS as RESTORATION_METHODS
from latentlab.studies.gisaxs.restoration.metric_names import subject_of

RESTORER = f"{G}/restoration/restorer.h5"
RESTORATION = f"{G}/restoration/evaluation.h5"
RESTORATION_SUMMARIES = {name: f"{G}/restoration/methods/{name}.h5" for name in RESTORATION_METHODS}


rule gisaxs_train_restorer:
    input:
        space=SPACE,
    output:
        RESTORER,
    log:
        f"{LOGS}/restoration/train.log",
    benchmark:
        f"{G}/benchmarks/restoration/train.tsv"
    priority: 10  # long, so it starts as soon as it can
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=SCALE["training"]["mem_mb"],
        runtime=SCALE["training"]["minutes"],
        gpu=GPUS_PER_TRAINING,
    params:
        record={
            **{
                key: GISAXS["restoration"][key] for key in ("seed", "photons", "smooth_share", "measurement")
            },
            **SCALE["restoration"]["training"],
        },
        checkpoint=f"{G}/restoration/last.ckpt",
        code=code_of("gisaxs/train_restorer.py"),
    message:
        "Training the restoration of measured patterns"
    script:
        "../scripts/gisaxs/train_restorer.py"


rule gisaxs_evaluate_restoration:
    input:
        restorer=RESTORER,
        space=SPACE,
        continuous=CONTINUOUS,
    output:
        RESTORATION,
        *RESTORATION_SUMMARIES.values(),
    log:
        f"{LOGS}/restoration/evaluate.log",
    benchmark:
        f"{G}/benchmarks/restoration/evaluate.tsv"
    priority: 10
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        methods=list(RESTORATION_SUMMARIES),
        settings=GISAXS["restoration"],
        sizes=SCALE["restoration"]["evaluation"],
        experiment=GISAXS["experiment"],
        crop=SCALE["crop"],
        code=code_of("gisaxs/evaluate_restoration.py"),
    message:
        "Restoring simulated measurements by every method"
    script:
        "../scripts/gisaxs/evaluate_restoration.py"


GISAXS_MEASURED |= {subject_of(name): path for name, path in RESTORATION_SUMMARIES.items()}
GISAXS_PARTS |= {
    kind: lambda entry: {"restoration": RESTORATION}
    for kind in ("restoration", "restoration-budget", "restoration-gaps", "restoration-examples")
}
GISAXS_KEPT += [RESTORER, RESTORATION]
