#!/usr/bin/env bash
# All the checks, even when one fails. The plugin repository refuses any Bandit or detect-secrets finding.
#   .ci/lint.sh VENV
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
bin=$1/bin

failed=()
check() { # name, command...
  local name=$1
  shift
  echo "== $name"
  "$@" || failed+=("$name")
}

secrets() {
  find actif_plugin metadata.txt -type f -not -path '*/__pycache__/*' -not -name '*.qm' -print0 |
    xargs -0 "$bin/detect-secrets-hook"
}
translations() {
  ! grep -rn --include='*.ts' -E 'type="(unfinished|obsolete|vanished)"' actif_plugin
}

check "ruff check" "$bin/ruff" check .
check "ruff format" "$bin/ruff" format --check .
check "mypy" "$bin/mypy" actif_plugin/domain
check "bandit" "$bin/bandit" --quiet --recursive actif_plugin
check "detect-secrets" secrets
check "translations" translations
[ ${#failed[@]} -eq 0 ] || { echo "Échec : ${failed[*]}" >&2; exit 1; }
