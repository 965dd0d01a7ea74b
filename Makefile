# Two commands do all the set-up: `make audit` (the main job on the bundled sample sites) and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
DATA   ?= data/sample
WORKERS ?= 2

.PHONY: help audit test test-long check format docs clean

help:  ## say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "groupaudit needs Python 3.11 or newer; say which: make PYTHON=python3.12 …"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
	  || { echo "cannot make a virtual environment; on Debian: apt-get install python3-venv"; exit 2; }
	@echo "installing what groupaudit needs into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

audit: $(VENV)/.ready  ## set up, then crawl, audit and report the bundled sample sites (offline)
	@$(BIN)/groupaudit run --data $(DATA)

test: $(VENV)/.ready  ## set up, then run every test that is not long
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not long"

test-long: $(VENV)/.ready  ## kills, fuzz, scale and faults
	$(BIN)/python -m pytest -m long

check: $(VENV)/.ready  ## lint, format, types, generated docs: what CI runs before the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m docs.generate --check

format: $(VENV)/.ready  ## let ruff put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.ready  ## write the generated pages of docs/ again
	$(BIN)/python -m docs.generate

clean:  ## remove the virtual environment and the sample run
	rm -rf $(VENV) $(DATA)
