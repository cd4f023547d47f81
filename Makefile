# Two commands: `make run` builds and publishes the warehouse, `make test` proves it.
# Both make their own virtual environment first; a second call finds it ready.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
SPARK := .venv/.spark

# A shell that forbids byte-code would make every start-up recompile some 20 MB of libraries.
unexport PYTHONDONTWRITEBYTECODE
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help
.PHONY: help run test check check-python check-sql prove format bench soak docs serve lock clean

help:  ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info[:2] < (3, 14) else "Python 3.11, 3.12 or 3.13 is needed; run: make PYTHON=python3.12 " + "...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	UV_COMPILE_BYTECODE=1 $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

# Spark is half a gigabyte that only its own tests and benchmarks want.
$(SPARK): $(READY) requirements-spark.lock
	UV_COMPILE_BYTECODE=1 $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-spark.lock
	@touch $@

run: $(READY)  ## build, test and publish the warehouse from raw/
	@$(BIN)/g60 refresh

check: $(READY)  ## lint and type-check Python and SQL
	@$(MAKE) --no-print-directory --jobs=2 --output-sync check-python check-sql

check-python: $(SPARK)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	nice $(BIN)/mypy

check-sql: $(READY)
	nice $(BIN)/python -m tests.lint_sql

# Tests wait for servers a third of their time, which the checks beside them make use of: hence `nice`, and the
# plus, with which make shows at once what pytest says.
test: $(READY)  ## check and run every test, side by side
	@$(MAKE) --no-print-directory --jobs=3 --output-sync check-python check-sql prove

# Files in their own order: else those of few tests come last, which are the long ones, and one worker waits.
prove: $(SPARK)
	+$(BIN)/pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder

format: $(READY)  ## rewrite Python and SQL in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --disable-progress-bar dbt_project/models dbt_project/tests dbt_project/analyses

bench: $(SPARK) run  ## measure speed and memory (an hour and 20 GB of disk)
	$(BIN)/python -m tests.benchmarks.landing
	$(BIN)/python -m tests.benchmarks.mutations
	$(BIN)/python -m tests.benchmarks.refresh
	$(BIN)/python -m tests.benchmarks.index
	$(BIN)/python -m tests.benchmarks.networks
	$(BIN)/python -m tests.benchmarks.events links
	$(BIN)/python -m tests.benchmarks.events larger
	$(BIN)/python -m tests.benchmarks.events refresh
	$(BIN)/python -m tests.benchmarks.events killed
	$(BIN)/python -m tests.benchmarks.observations
	$(BIN)/python -m tests.benchmarks.staging
	$(BIN)/python -m tests.benchmarks.site
	$(BIN)/python -m tests.benchmarks.endpoint
	$(BIN)/python -m tests.benchmarks.copying

soak: $(READY)  ## long trials: crashes, crowds of readers, random edits (an hour and more)
	$(BIN)/python -m tests.soak.crashes
	$(BIN)/python -m tests.soak.readers
	$(BIN)/python -m tests.soak.edits

docs: $(READY)  ## serve the docs site of the current release on loopback
	@$(BIN)/g60 docs

serve: $(READY)  ## refresh by itself, on schedule and when raw files change, until interrupted
	@$(BIN)/g60 serve

lock: $(READY)  ## resolve the pins again after editing pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra sql --extra postgres --universal --python-version 3.11 --generate-hashes --no-header --quiet -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra spark --constraint requirements.lock --universal --python-version 3.11 --generate-hashes --no-header --quiet -o requirements-spark.lock

clean:  ## remove everything that can be made again
	rm -rf .venv warehouse/releases warehouse/build warehouse/scheduler warehouse/as_of dbt_project/target dbt_project/logs
	rm -f warehouse/current.duckdb warehouse/ledger.json warehouse/report.md
