#!/usr/bin/env bash
# Run by snakemake in a new conda environment: the same pins, in the same order, as the Makefile.
set -euo pipefail
lock="$(dirname "${BASH_SOURCE[0]}")/requirements.lock"
[ -f "$lock" ] || lock="envs/requirements.lock"
python -m pip install ${TORCH_ARGS:-} "$(grep '^torch==' "$lock")"
python -m pip install --no-deps -r "$lock"
