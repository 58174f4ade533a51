# Your own frames: without loss -> a file; crop and bin -> compress with loss -> restore -> judge -> show;
# whole view, bin -> fill the gaps -> judge on artificial gaps -> show.
include: "frames_paths.smk"


rule lossless_frame:
    input:
        frame=lambda wildcards: FRAME_PATHS[wildcards.frame],
        mask=FRAME_MASK,
    output:
        f"{FRAMES}/{{frame}}.llc",
    log:
        f"{FRAMES}/logs/{{frame}}-lossless.log",
    wildcard_constraints:
        frame=FRAME_NAMES,
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        dataset=CONFIG["frames"]["dataset"],
        index=CONFIG["frames"]["index"],
        code=code_of("frames/lossless.py"),
    message:
        "Compressing {input.frame} without loss"
    script:
        "../scripts/frames/lossless.py"


rule frame:
    input:
        frame=lambda wildcards: FRAME_PATHS[wildcards.frame],
        lossless=rules.lossless_frame.output[0],
        codec=f"{G}/runs/{CONFIG['frames']['run']}/codec.h5",
        small=DATASETS["small"],
        mask=FRAME_MASK,
    output:
        bitstream=f"{FRAMES}/{{frame}}.lossy",
        restored=f"{FRAMES}/{{frame}}.h5",
        svg=f"{FRAMES}/{{frame}}.svg",
        png=f"{FRAMES}/{{frame}}.png",
    log:
        f"{FRAMES}/logs/{{frame}}.log",
    wildcard_constraints:
        frame=FRAME_NAMES,
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        options={
            name: CONFIG["frames"][name] for name in CONFIG["frames"] if name not in ("paths", "run", "mask")
        },
        binning=SCALE["binning"],
        code=code_of("frames/restore.py"),
    message:
        "Compressing and restoring {input.frame}"
    script:
        "../scripts/frames/restore.py"


rule filled_frame:
    input:
        frame=lambda wildcards: FRAME_PATHS[wildcards.frame],
        restorer=f"{G}/restoration/restorer.h5",
        mask=FRAME_MASK,
    output:
        filled=f"{FRAMES}/{{frame}}{FILLED}.h5",
        svg=f"{FRAMES}/{{frame}}{FILLED}.svg",
        png=f"{FRAMES}/{{frame}}{FILLED}.png",
    log:
        f"{FRAMES}/logs/{{frame}}{FILLED}.log",
    wildcard_constraints:
        frame=FRAME_NAMES,
    conda:
        ENVIRONMENT
    resources:
        mem_mb=2000,
    params:
        options={
            name: CONFIG["frames"][name] for name in CONFIG["frames"] if name not in ("paths", "run", "mask")
        },
        code=code_of("frames/fill.py"),
    message:
        "Filling the gaps of {input.frame}"
    script:
        "../scripts/frames/fill.py"
