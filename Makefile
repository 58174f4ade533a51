# make           set up .venv, run the pipeline at scale quick, write the report
# make test      set up .venv, run the unit tests (two minutes)
# make test-all  also the slow tests: full sizes, the pipeline at scale tiny
# make lint      formatting and linting
# make paper     the documents' own sizes (needs a GPU)
# make docs      after make: write docs/results-*.md, their pictures and the results in README.md
# make bench     speed and memory of the expensive parts
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
TORCH_ARGS ?=
CORES ?= all
SCALE ?= quick
BIN := $(CURDIR)/.venv/bin
SNAKEMAKE := PATH="$(BIN):$$PATH" $(BIN)/snakemake
# One worker per core, with one thread each: more threads than cores make every test many times slower.
PYTEST := OMP_NUM_THREADS=1 PATH="$(BIN):$$PATH" $(BIN)/python -m pytest \
	--numprocesses logical --maxprocesses 4 --dist loadfile --durations 25

.PHONY: all test test-all lint paper docs bench unlock
all: .venv/installed
	$(SNAKEMAKE) --cores $(CORES) --config scale=$(SCALE)

paper:
	$(MAKE) all SCALE=paper

test: .venv/installed
	$(PYTEST) $(PYTEST_ARGS)

# One worker runs the pipeline's tests, another the slow ones, in this order; see tests/conftest.py.
test-all: .venv/installed
	$(PYTEST) --no-loadscope-reorder tests/workflow tests/slow tests/unit $(PYTEST_ARGS)

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow/rules
	$(SNAKEMAKE) --lint

docs: .venv/installed
	$(BIN)/python workflow/scripts/docs.py results/$(SCALE)

bench: .venv/installed
	@failed=; for script in benchmarks/*.py; do \
		echo "== $$script"; $(BIN)/python $$script || failed="$$failed $$script"; \
	done; test -z "$$failed" || { echo "These benchmarks failed:$$failed" >&2; exit 1; }

unlock: .venv/installed  # after an interruption, when no pipeline is running any more
	$(SNAKEMAKE) --unlock

# torch first, with its dependencies; then the lock without dependencies, as compressai's pin on numpy is too old
.venv/installed: envs/requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12) and \
	"latentlab needs Python 3.11 or 3.12, found " + sys.version.split()[0] + "; say make PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install $(TORCH_ARGS) "$$(grep '^torch==' envs/requirements.lock)"
	$(BIN)/python -m pip install --no-deps -r envs/requirements.lock
	$(BIN)/python -m pip install --no-deps --no-build-isolation --editable .
	touch $@
