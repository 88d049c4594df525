#!/usr/bin/env bash
# Runs the three parts of the test suite, all of them even when one fails.
#   .ci/test.sh VENV [unit] [qgis] [gui]
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
python=$1/bin/python
shift
[ $# -gt 0 ] || set -- unit qgis gui

# In the unit tests an import of QGIS must fail, even where PyQGIS is installed.
no_qgis='import sys; sys.modules["qgis"] = None; import pytest; sys.exit(pytest.main(sys.argv[1:]))'

failed=()
for part in "$@"; do
  folder=tests/$part
  [ -n "$(find "$folder" -name 'test_*.py' -print -quit 2>/dev/null)" ] || { echo "== $folder : aucun test"; continue; }
  echo "== $folder"
  case $part in
    unit) "$python" -c "$no_qgis" -p no:pytest_qgis -p no:pytest-qt "$folder" ;;
    # pytest-qgis keeps its settings there from one run to the next
    qgis) rm -rf .qgis-settings && .ci/offscreen.sh "$python" -m pytest "$folder" ;;
    gui) "$python" -m pytest -p no:pytest_qgis -p no:pytest-qt "$folder" ;;
  esac || failed+=("$folder")
done
[ ${#failed[@]} -eq 0 ] || { echo "Échec : ${failed[*]}" >&2; exit 1; }
