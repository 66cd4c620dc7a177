# `make setup` builds .venv from the exact lock; every other target depends on it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation
CONFIG ?= config/demo.yaml

.PHONY: setup run test check bench growth latency micro readers updates filing polling serving pages operator-pages keeping rhythms stories classifier metrics month differential fuzz schema docs lock clean

# Compiled here, since where PYTHONDONTWRITEBYTECODE is set every start would compile the whole program anew.
setup: $(VENV)/.ready
	@$(BIN)/python -m compileall -q src

$(VENV)/.ready: requirements/build.lock requirements/dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "syndicator needs Python 3.11 or newer; name one with: make setup PYTHON=python3.12" >&2; exit 1; }
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes -r requirements/build.lock
	$(INSTALL) --require-hashes -r requirements/dev.lock
	$(INSTALL) --editable .
	touch $@

run: setup
	$(BIN)/syndicator --config $(CONFIG) run

test: setup
	$(BIN)/python -m pytest
	$(MICRO_RUN) -q --benchmark-disable

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Real feeds, for what compares readers; any folder of them will do.
FEEDS ?= ../shared/corpus/real

# The same feeds, polled by syndicator, by reader, newsboat, sfeed and Miniflux, where they are there, and by the least
# program that we could write; takes some twenty minutes.
BENCH ?= --runs 5
bench: setup
	PYTHONPATH=tests/unit:bench $(BIN)/python -m compared $(BENCH)

# What an article costs in stores of more and more, and what a start and the query for what is due; takes some minutes.
GROWTH ?=
growth: setup
	PYTHONPATH=tests/unit:bench $(BIN)/python bench/growth.py $(GROWTH)

# From fetched to served, at 1, 10 and 100 articles a second; takes two minutes.
LATENCY ?=
latency: setup
	PYTHONPATH=tests/unit:bench $(BIN)/python bench/latency.py $(LATENCY)

# What each stage costs, for comparing before and after a change (bench/micro.py).
MICRO_RUN = PYTHONPATH=tests/unit:bench $(BIN)/python -m pytest -p no:xdist -o addopts= bench/micro.py
MICRO ?=
micro: setup
	$(MICRO_RUN) -q --benchmark-columns=min,median,iqr,rounds --benchmark-sort=fullname --benchmark-storage=var/micro $(MICRO)

# How fast real feeds are read, against other readers.
readers: $(VENV)/.lab
	$(BIN)/python bench/readers.py $(FEEDS)

# Which edits of real articles count as updates, and what comparing them costs.
updates: setup
	$(BIN)/python bench/updates.py $(FEEDS)

# What filing an article costs against 250 rules.
filing: setup
	$(BIN)/python bench/filing.py

# How fast, how cheaply and how evenly we poll 500 publishers on loopback; takes eight minutes.
polling: setup
	PYTHONPATH=tests/unit $(BIN)/python bench/polling.py

# How fast feeds are served, beside nginx; wants wrk and nginx, takes a minute.
serving: setup
	$(BIN)/python bench/serving.py

# What a page costs, and how many a second come from memory; wants wrk, takes half a minute.
pages: setup
	$(BIN)/python bench/pages.py

# How fast articles are checked, backed up, and copied to PostgreSQL and back.
keeping: setup
	PYTHONPATH=tests/unit $(BIN)/python bench/keeping.py

# What the operator's pages cost, with 10,000 sources and a million articles; takes some minutes.
operator-pages: setup
	PYTHONPATH=tests/unit $(BIN)/python bench/operator_pages.py

# What the adaptive interval costs and catches, rhythm by rhythm.
rhythms: setup
	PYTHONPATH=tests/unit $(BIN)/python bench/rhythms.py

# How well the same news is recognised, on labelled texts, and what that costs; takes a minute.
stories: setup
	$(BIN)/python bench/stories.py $(FEEDS)

# How well and how fast the classifier files, on made articles of sources that it has not seen.
classifier: setup
	PYTHONPATH=tests/unit $(BIN)/python bench/classifier.py

# What metrics cost, and a scrape beside a million articles; takes two minutes.
metrics: setup
	PYTHONPATH=tests/unit $(BIN)/python bench/metrics.py

# What 500 publishers could complain about after 30 days of being polled, by a simulated clock.
MONTH ?= --sources 500 --days 30
month: setup
	PYTHONPATH=tests/unit $(BIN)/python -m month.run $(MONTH)

# How our reader and feedparser read the same feeds, kept in docs/differential.md.
differential: setup
	$(BIN)/python tests/unit/differential.py $(FEEDS) > docs/differential.md.new
	mv docs/differential.md.new docs/differential.md
	cat docs/differential.md

# An hour of looking for bodies that break the reader; findings stay in var/fuzz.
FUZZ_SECONDS ?= 1200
fuzz: $(VENV)/.lab
	for target in built bodies markup; do mkdir -p var/fuzz/$$target && \
	  (cd var/fuzz/$$target && $(CURDIR)/$(BIN)/python $(CURDIR)/fuzz/fuzz.py $$target \
	    -max_total_time=$(FUZZ_SECONDS) -timeout=30 -max_len=20000 -rss_limit_mb=3000 .) || exit 1; done

$(VENV)/.lab: $(VENV)/.ready requirements/lab.lock
	$(INSTALL) --require-hashes -r requirements/lab.lock
	touch $@

# Write the JSON Schemas of configurations anew, and our own configuration from the template in the package.
schema: setup
	$(BIN)/python -m pytest -n 0 --update-golden tests/unit/config/test_schema.py tests/unit/config/test_starting.py

# Write the table of keys in docs/configuration.md anew.
docs: setup
	$(BIN)/python -m pytest -n 0 --update-golden tests/unit/config/test_reference.py

# Write the locks anew from pyproject.toml (needs uv); the index addresses stay out of them.
lock:
	uv pip compile -q pyproject.toml -o requirements/runtime.lock $(LOCK)
	uv pip compile -q pyproject.toml --extra dev --extra classifier -o requirements/dev.lock $(LOCK)
	uv pip compile -q pyproject.toml --extra dev --extra classifier --extra lab -o requirements/lab.lock $(LOCK)
	uv pip compile -q requirements/build.in -o requirements/build.lock $(LOCK)
LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
