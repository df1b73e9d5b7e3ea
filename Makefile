# The commands of this project; `make` alone lists them.
PYTHON ?= $(or $(shell command -v python3.11 2>/dev/null),$(shell command -v python3 2>/dev/null),python3)
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# Once a day is enough, and another environment is audited anew; nobody was asked (infra/audit.py) is not an audit.
AUDITED   := $(VENV)/.audited-$(shell date -u +%F)
NOT_ASKED := 75
# checkov does not go together with what the project uses, so it has an environment of its own.
CHECKOV := .venv-checkov

CATALOGUES := $(wildcard chalicelib/locales/*/LC_MESSAGES/messages.po)
COMPILED   := $(CATALOGUES:.po=.mo)

# Where a secret could stand: all that is written by hand. One that is none says so in its line.
SCANNED = $(shell find app.py conftest.py chalicelib infra testing tests benchmarks docs .chalice .ci .github Makefile pyproject.toml *.md -type f \
            ! -path '*/__pycache__/*' ! -name '*.po' ! -name '*.mo')

PORT ?= 8000
DATA ?= .local/
export PORT NOW DATA PARTS
# Containers often set it; then every process compiles all it imports anew, which takes seconds.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check lint lint-template format audit package restore redrive rotate simulate hostile clients bench requirements catalogues messages browser clean

help:  ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(READY): requirements.txt requirements-dev.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: install it, or say where it is with PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, this is $$($(PYTHON) --version): install it, or say where it is with PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Making the environment in $(VENV)/ (only the first time, and after a change of the requirements) …"
	@$(PYTHON) -m venv --clear $(VENV) || { echo "Python's venv module is missing: on Debian, apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-tool.txt
	@$(BIN)/uv pip sync -q --python $(BIN)/python --require-hashes requirements-dev.txt
	@touch $@

%.mo: %.po $(READY)
	@$(BIN)/pybabel -q compile -i $< -o $@

catalogues: $(COMPILED)

messages: $(READY)  ## gather what the code says into the Danish catalogue, for translation
	@mkdir -p build
	@$(BIN)/pybabel -q extract -F infra/babel.cfg --sort-by-file --add-location=file --project=tilmelding -o build/messages.pot chalicelib
	@$(BIN)/pybabel -q update -i build/messages.pot -d chalicelib/locales --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

run: $(READY) $(COMPILED)  ## everything on this machine: PORT, NOW, DATA
	@exec $(BIN)/python -m infra.local

# One more process than the smallest machine has cores: a third of the time is spent waiting for servers and a browser.
test: lint $(COMPILED)  ## everything that must be green before a change lands, with its coverage
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -p tests.unmeasured -n 3 --dist loadfile
	@$(BIN)/coverage combine -q
	@$(BIN)/coverage report

check: lint $(COMPILED)  ## the fast loop: lint, types, and the tests of what differs from the main branch
	@$(BIN)/python -m pytest $$($(BIN)/python -m infra.changed)

lint: $(READY)  ## style, types, and what could be unsafe, secret or known to be vulnerable
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m tests.words
	@$(BIN)/bandit -q -c pyproject.toml -r app.py chalicelib infra
	@$(BIN)/detect-secrets-hook $(SCANNED)
	@test -e $(AUDITED) || $(BIN)/python -m infra.audit && touch $(AUDITED) || test $$? -eq $(NOT_ASKED)

audit: $(READY)  ## known vulnerabilities of what is pinned; asks pypi.org, and fails where it cannot be asked
	@$(BIN)/python -m infra.audit

format: $(READY)  ## lay the code out
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# Both at length, or the one whose measure is given.
simulate: $(READY) $(COMPILED)  ## the waitlist's state machine (STEPS=), and whole worlds with faults (SEEDS=, PROCESSES=; SEED= tells one)
	@$(if $(or $(STEPS),$(if $(SEEDS)$(SEED),,both)),STEPS=$(or $(STEPS),200000) $(BIN)/python -m pytest tests/machine/test_machine.py::test_in_memory)
	@$(if $(or $(SEEDS)$(SEED),$(if $(STEPS),,both)),SEEDS=$(or $(SEEDS),20000) SEED=$(SEED) $(BIN)/python -m tests.simulation)

hostile: $(READY) $(COMPILED)  ## every call that the interface describes, with what it may and may not take (CASES=, SEED=)
	@CASES=$(or $(CASES),10000) SEED=$(SEED) $(BIN)/python -m pytest -s tests/hostile/test_described_calls.py

clients: $(READY) $(COMPILED)  ## clients generated from the description, tried on the app (TypeScript, Python); asks npm and pypi.org
	@$(BIN)/python -m pytest tests/clients/generated.py

bench: $(READY) $(COMPILED)  ## what things cost on this machine, written to docs/benchmarks.md (PARTS=)
	@$(BIN)/python -m benchmarks

package: $(READY) $(COMPILED)  ## the verified deployment package and template in build/ (PROCESSOR=arm64 or x86_64)
	@$(BIN)/python -m infra.package $(if $(PROCESSOR),--processor $(PROCESSOR))

restore: $(READY)  ## what an event has lost, brought back from its table as it was (EVENT=, AT=, WRITE=1)
	@$(BIN)/python -m infra.restore $(EVENT) $(if $(AT),--at $(AT)) $(if $(WRITE),--write)

redrive: $(READY)  ## the dead letters of a queue, put back on it (QUEUE=Mail, WRITE=1)
	@$(BIN)/python -m infra.redrive $(QUEUE) $(if $(WRITE),--write)

rotate: $(READY)  ## another key that signs or seals, brought in and, ten minutes later, used (KEYS=signing, session or sealing, USE=1)
	@$(BIN)/python -m infra.rotate $(KEYS) $(if $(USE),--use)

$(CHECKOV)/.ready: requirements-checkov.txt $(READY)
	@$(BIN)/uv venv -q --clear --python $(BIN)/python $(CHECKOV)
	@$(BIN)/uv pip sync -q --python $(CHECKOV)/bin/python --require-hashes requirements-checkov.txt
	@touch $@

lint-template: $(COMPILED) $(CHECKOV)/.ready  ## what checkov has to say about the template
	@$(BIN)/python -m infra.packaging.translated build/translated.json
	@$(CHECKOV)/bin/checkov --config-file infra/checkov.yaml --file build/translated.json

requirements: $(READY)  ## pin requirements*.txt anew from the .in files
	@for set in requirements requirements-dev requirements-tool requirements-checkov tests/clients/requirements; do \
	  $(BIN)/uv pip compile -q --upgrade --generate-hashes --allow-unsafe --python-version 3.11 --no-emit-index-url \
	    --custom-compile-command "make requirements" $$set.in -o $$set.txt || exit 1; done

clean:  ## remove what the commands made, but not the local data
	rm -rf $(VENV) $(CHECKOV) build $(COMPILED)
