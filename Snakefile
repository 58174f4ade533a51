"""latentlab: every table and figure of four studies of autoencoders on scientific images.

snakemake --cores all                        scale quick, then the report: results/quick/report.html
snakemake --cores all --config scale=tiny    the same jobs, minutes
snakemake -n                                 what would run, and why
"""

from snakemake.utils import min_version

min_version("9.0")


configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/gisaxs.smk"
include: "workflow/rules/frames.smk"


localrules:
    all,


rule all:
    default_target: True
    input:
        gisaxs_targets(),
        frames_targets(),
