#!/usr/bin/env bash
# Compiles the translations beside their sources. The binary moves between Qt and Debian versions.
set -euo pipefail
for lrelease in /usr/lib/qt5/bin/lrelease /usr/lib/qt6/bin/lrelease "$(command -v lrelease || true)"; do
  [ ! -x "$lrelease" ] || exec "$lrelease" -silent -removeidentical "$@"
done
echo "lrelease est introuvable : installer qttools5-dev-tools." >&2
exit 1
