# LineFinder needs make and Python 3.11 to 3.14, nothing else. `make` alone prints what there is.
# Written for GNU make 3.81 (macOS), any later one, and a POSIX shell.

.DEFAULT_GOAL := help
.PHONY: help run setup test quick check bench test-long cluster chaos screenshots audit pins clean packages dev-packages

# What is imported is compiled once and kept, whatever the environment says: pytest compiles all tests
# anew otherwise, which is as long as half of them take.
unexport PYTHONDONTWRITEBYTECODE

# How to start a Python: one given by PYTHON wins, else the newest that is suitable.
PYTHON ?=
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input
# On all cores, a stretch of the list each: what a file makes once is made once. The rest of the suite measures and
# waits, and wants the machine for itself
QUICKLY := -p xdist -n auto --dist worksteal
# A file at a time and in order (the longest are not the last): by three, because half of the suite waits for servers
# and browsers; the long forms by two
# CI, where a wait that is too short costs a landing, takes its time and runs it by two.
AT_ONCE := -p xdist -n $(if $(CI),2,3) --dist loadfile --no-loadscope-reorder
BY_TWO := -p xdist -n 2 --dist loadfile --no-loadscope-reorder
# Tests that need no other program and less than a second each
QUICK := not slow and not long and not browser and not postgres and not redis and not root

help: ## print this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

run: packages ## start LineFinder on http://127.0.0.1:5000 (HOST, PORT, URL_PREFIX change that)
	@exec $(PY) app.py

setup: packages ## install what LineFinder needs and bring the database up to date; starts nothing
	@$(PY) -m flask --app app db upgrade

test: dev-packages ## run the whole suite (under 10 minutes); what the machine lacks is skipped with a reason
	@$(PY) -m pytest $(AT_ONCE) -m "not long"

quick: dev-packages ## run the tests that need no browser, no other server and no patience (30 s)
	@HYPOTHESIS_PROFILE=quick $(PY) -m pytest $(QUICKLY) -m "$(QUICK)"

check: dev-packages ## check format, lint, types and architecture, then run the quick tests
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) -m pytest -q tests/test_architecture.py
	@HYPOTHESIS_PROFILE=quick $(PY) -m pytest -q $(QUICKLY) -m "$(QUICK)"

bench: dev-packages ## measure, and print the tables
	@$(PY) -m tests.bench

# Chaos measures time and memory, with a dozen processes of its own: it has the machine for itself.
test-long: dev-packages ## run the long forms: whole recordings, 50 kills, a million bad inputs
	@$(PY) -m pytest $(BY_TWO) -m long --ignore tests/chaos
	@$(PY) -m pytest -m long tests/chaos

chaos: dev-packages ## break everything: processes, databases, networks, with viewers that check every version
	@$(PY) -m pytest tests/chaos

cluster: dev-packages ## start a board of several processes (PostgreSQL, Redis, nginx on PORT) until Ctrl-C
	@exec $(PY) -m tests.cluster

screenshots: dev-packages ## take the pictures of README and docs, from the sandbox's season
	@$(PY) -m tests.pictures

# In an environment of its own: what it brings must not change what is audited.
audit: packages ## look up known vulnerabilities of all pinned packages, at PyPI
	@$(PY) -m venv $(VENV)/audit
	@$(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check --no-input pip-audit
	@$(VENV)/audit/bin/pip-audit --strict --disable-pip --no-deps -r requirements.txt -r requirements-dev.txt

pins: dev-packages ## write requirements.txt and requirements-dev.txt anew; PINS=--upgrade takes the newest
	@for name in requirements requirements-dev; do \
	  CUSTOM_COMPILE_COMMAND="make pins" $(PY) -m piptools compile --quiet --strip-extras --no-emit-index-url \
	    --no-emit-trusted-host --no-emit-find-links $(PINS) --output-file $$name.txt $$name.in || exit 1; \
	done

clean: ## remove .venv and caches; the database in instance/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .schemathesis test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is a copy of the requirements that were installed, made only after pip succeeded: an interrupted
# install is done again, changed requirements are installed, and otherwise a comparison of files is all it costs.
packages:
	$(eval FOUND := $(shell $(FIND_PYTHON)))$(if $(filter LineFinder,$(firstword $(FOUND))),$(error $(FOUND)))
	@[ "$(FOUND)" = $(PY) ] || "$(FOUND)" -m venv --clear $(VENV) || \
	  { echo "LineFinder needs Python's venv module (on Debian: apt install python3-venv)" >&2; exit 1; }
	@cmp -s requirements.txt $(VENV)/.requirements.txt || { echo "Installing packages into $(VENV) ..." && \
	  $(PIP) -r requirements.txt && cp requirements.txt $(VENV)/.requirements.txt; }

dev-packages: packages
	@cmp -s requirements-dev.txt $(VENV)/.requirements-dev.txt || { echo "Installing test tools into $(VENV) ..." && \
	  $(PIP) -r requirements.txt -r requirements-dev.txt && cp requirements-dev.txt $(VENV)/.requirements-dev.txt; }

# Prints the Python to use, or a sentence that begins with LineFinder. An interrupted .venv, or one whose Python
# was removed, has no working pip and is made anew. The probe must run on any Python, also 2.7. A version manager's
# stand-in for a Python that is not selected fails here and counts as absent.
define FIND_PYTHON
probe='import sys; print("%d.%d.%d at %s" % (sys.version_info[:3] + (sys.executable,))); sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))'; \
seen=; cmp -s requirements.txt $(VENV)/.requirements.txt && [ -x $(PY) ] && echo $(PY) && exit; \
$(PY) -c "$$probe" >/dev/null 2>&1 && $(PY) -m pip --version >/dev/null 2>&1 && echo $(PY) && exit; \
for python in $(if $(PYTHON),"$(PYTHON)",python3.14 python3.13 python3.12 python3.11 python3 python); do \
  version=$$("$$python" -c "$$probe" 2>/dev/null) && echo "$$python" && exit; \
  seen=$${seen:-$$version}; \
done; \
echo "LineFinder needs Python 3.11 to 3.14; found $${seen:-none$(if $(PYTHON), at $(PYTHON))}"
endef
