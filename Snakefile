"""latentlab: every table and figure of four studies of autoencoders on scientific images.

snakemake --cores all                        scale quick; ends with the report, results/quick/report.html
snakemake --cores all --config scale=tiny    the same jobs, minutes
snakemake -n                                 what would run, and why
"""

import yaml
from snakemake.utils import min_version

min_version("9.0")


configfile: "config/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/gisaxs.smk"
include: "workflow/rules/frames.smk"
include: "workflow/rules/gisaxs_codec_comparison.smk"
include: "workflow/rules/gisaxs_denoising.smk"
include: "workflow/rules/gisaxs_restoration.smk"
include: "workflow/rules/gisaxs_clustering.smk"
include: "workflow/rules/gisaxs_regression.smk"
include: "workflow/rules/lines.smk"
include: "workflow/rules/microscopy.smk"
include: "workflow/rules/microscopy_digits.smk"
include: "workflow/rules/microscopy_atoms.smk"
include: "workflow/rules/microscopy_plasmonics.smk"
include: "workflow/rules/landcover.smk"
include: "workflow/rules/study.smk"
include: "workflow/rules/report.smk"


localrules:
    all,


rule all:
    default_target: True
    input:
        targets(),
    message:
        "All tables, figures and artifacts are there"


onsuccess:
    if all(Path(target).exists() for target in targets()):
        used = Path(RESULTS, "config.yaml")  # this run's, command line included
        used.write_text(yaml.safe_dump(dict(config), sort_keys=False))
        # Snakemake's own report: the rule graph and run times
        shell(f"{sys.executable} -m snakemake --report {RESULTS}/workflow.html --configfile {used}")
        print(f"Report: {REPORT}")
