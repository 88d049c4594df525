# The system's Python, never another one found first in PATH: it is the one that sees PyQGIS.
PYTHON := /usr/bin/python3
VENV ?= .venv
TOOLS := $(VENV)/.ready
REFERENCE := build/reference.sqlite
TRANSLATIONS := $(patsubst %.ts,%.qm,$(wildcard actif_plugin/i18n/*.ts))
PACKAGE := build/actif_plugin.zip

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo run test test-unit test-qgis test-gui lint package matrix bench reference clean \
        system-demo system-test

help:  ## affiche cette aide
	@echo "Act'IF pour QGIS. Commandes :"
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

demo: system-demo $(REFERENCE) $(TRANSLATIONS)  ## crée le territoire de démonstration et sa carte dans build/demo (COMPANIES=fichier.csv : vos établissements)
	@.ci/offscreen.sh $(PYTHON) demo/make_demo.py $(if $(COMPANIES),--companies "$(COMPANIES)") --output build/demo

run: system-demo $(REFERENCE) $(TRANSLATIONS)  ## ouvre QGIS sur la démonstration, extension active, dans un profil jetable
	@ls build/demo/*.qgz >/dev/null 2>&1 || $(MAKE) --no-print-directory demo
	@.ci/run-qgis.sh

test: system-test $(TOOLS) $(REFERENCE) $(TRANSLATIONS)  ## tous les tests ; test-unit, test-qgis, test-gui : une partie
	@.ci/test.sh $(VENV) unit qgis gui

test-unit test-qgis test-gui: system-test $(TOOLS) $(REFERENCE) $(TRANSLATIONS)
	@.ci/test.sh $(VENV) $(@:test-%=%)

lint: $(TOOLS)  ## ruff, mypy, bandit, detect-secrets, traductions complètes
	@.ci/lint.sh $(VENV)

package: system-demo $(REFERENCE) $(TRANSLATIONS)  ## build/actif_plugin.zip, essayé dans un profil vide
	@$(PYTHON) .ci/package.py $(PACKAGE)
	@.ci/offscreen.sh .ci/test-package.sh $(PACKAGE)

matrix:  ## les tests sur Debian 13 (QGIS 3.40) et Debian 13 + backports (QGIS 3.44)
	@.ci/matrix.sh

bench: system-demo $(REFERENCE)  ## mesures, aussi écrites dans build/bench.json
	@.ci/offscreen.sh $(PYTHON) benchmarks/run.py

reference: system-test $(TOOLS)  ## reconstruit les tables de reference/ depuis leurs sources, puis la base
	@$(VENV)/bin/python reference/build_tables.py
	@$(MAKE) --no-print-directory $(REFERENCE)

clean:  ## efface ce qui a été fabriqué
	@rm -rf build .venv .qgis-settings .hypothesis .mypy_cache .pytest_cache .ruff_cache $(TRANSLATIONS)
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

system-demo:
	@.ci/install-system.sh demo

system-test:
	@.ci/install-system.sh test

$(TOOLS): requirements-dev.txt
	@.ci/install-system.sh lint
	@rm -rf $(VENV)
	@$(PYTHON) -m venv --system-site-packages $(VENV)
	@echo "Installation des outils de développement dans $(VENV)"
	@$(VENV)/bin/pip install -qq --disable-pip-version-check --requirement $<
	@touch $@

$(REFERENCE): $(shell find reference -name '*.csv' -o -name '*.toml' -o -name '*.py' 2>/dev/null)
	@.ci/install-system.sh reference
	@$(PYTHON) reference/build_database.py

%.qm: %.ts
	@.ci/translate.sh $<
