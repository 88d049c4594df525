#!/usr/bin/env bash
# Opens QGIS on the demo with the checkout's plugin, in a profile that is nobody's.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  echo "Pas d'écran ici (ni DISPLAY ni WAYLAND_DISPLAY) : lancer make run depuis un bureau." >&2
  exit 1
fi
.ci/link_plugin.py build/profile >/dev/null
projects=(build/demo/*.qgz)
exec /usr/bin/qgis --profiles-path "$PWD/build/profile" --nologo --noversioncheck --project "${projects[0]}"
