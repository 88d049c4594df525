#!/usr/bin/env bash
# Installs the Debian packages that a purpose needs and this machine lacks.
#   .ci/install-system.sh PURPOSE...           demo, test, lint, matrix, reference
#   .ci/install-system.sh --print PURPOSE...   only lists them
# APT_RELEASE=trixie-backports takes them from there where it has them.
set -euo pipefail

print=
if [ "${1:-}" = --print ]; then print=1; shift; fi

# Fonts: offscreen Qt brings none, and the printed map would show boxes; newer QGIS try to download Open Sans.
qgis=(qgis python3-qgis python3-scipy qttools5-dev-tools qttranslations5-l10n
      fontconfig fonts-dejavu-core fonts-open-sans)
packages=()
for purpose in "$@"; do
  case $purpose in
    demo) packages+=("${qgis[@]}") ;;
    test) packages+=("${qgis[@]}" python3-venv xvfb imagemagick poppler-utils qpdf gdal-bin sqlite3
                     postgresql postgis postgresql-postgis) ;;
    reference) packages+=(python3) ;;
    lint) packages+=(python3-venv python3-scipy) ;;
    matrix) packages+=(debootstrap util-linux) ;;
    *) echo "install-system.sh: unknown purpose: $purpose" >&2; exit 2 ;;
  esac
done

if [ -n "$print" ]; then printf '%s\n' "${packages[@]}" | sort -u; exit; fi

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null; then
    as_root=(sudo)
  else
    echo "Il manque des paquets, et il n'y a ici ni droits root ni sudo. En root : apt-get install ${missing[*]}" >&2
    exit 1
  fi
fi
if ! command -v apt-get >/dev/null; then
  echo "apt-get est introuvable (Debian 12 ou 13 attendu). À installer à la main : ${missing[*]}" >&2
  exit 1
fi

apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 "$@"; }
echo "Installation des paquets manquants : ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
release=()
[ -z "${APT_RELEASE:-}" ] || release=(-t "$APT_RELEASE")
if ! { apt update && apt install -y --no-install-recommends "${release[@]}" "${missing[@]}"; } >"$log" 2>&1; then
  tail -n 30 "$log" >&2
  echo "L'installation des paquets a échoué : voir ci-dessus." >&2
  exit 1
fi
