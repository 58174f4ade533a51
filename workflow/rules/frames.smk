# Your own frames: read -> crop and bin -> compress -> restore -> show.
include: "frames_paths.smk"


rule frame:
    input:
        frame=lambda wildcards: FRAME_PATHS[wildcards.frame],
        codec=f"{G}/runs/{CONFIG['frames']['run']}/codec.h5",
        small=DATASETS["small"],
        mask=[os.path.expanduser(path) for path in [CONFIG["frames"]["mask"]] if path],
    output:
        bitstream=f"{FRAMES}/{{frame}}.llc",
        restored=f"{FRAMES}/{{frame}}.h5",
        svg=f"{FRAMES}/{{frame}}.svg",
        png=report(
            f"{FRAMES}/{{frame}}.png",
            caption="../report/frame.rst",
            category="Your frames",
            labels={"frame": "{frame}"},
        ),
    log:
        f"{FRAMES}/logs/{{frame}}.log",
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
