#!/usr/bin/env bash
# Brings the translation sources up to date with the strings of the code: new ones come in
# unfinished, vanished ones leave, finished translations stay. Installs nothing.
#   .ci/update-translations.sh [FILE.ts]...    default: all of actif_plugin/i18n
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v pylupdate5 >/dev/null; then
  echo "pylupdate5 est introuvable : installer pyqt5-dev-tools." >&2
  exit 1
fi
[ $# -gt 0 ] || set -- actif_plugin/i18n/*.ts
mapfile -t sources < <(find actif_plugin -name '*.py' -not -path '*/__pycache__/*' | LC_ALL=C sort)
pylupdate5 -noobsolete -tr-function tr "${sources[@]}" -ts "$@" 2> >(grep -v -e DeprecationWarning -e getdefaultlocale >&2 || true)

for file in "$@"; do
  # Line numbers would change with every edit of the code and hide what really moved.
  sed -i -e '/^ *<location /d' "$file"
  left=$(grep -c 'type="unfinished"' "$file" || true)
  echo "$file : $(grep -c '<message>' "$file") textes, $left à traduire"
done
