#!/usr/bin/env bash
# Runs `make test` on the newer QGIS that we support, each in a Debian of its own:
# Debian 13 (QGIS 3.40) and Debian 13 with backports (QGIS 3.44).
#   .ci/matrix.sh [trixie] [trixie-backports]
# The chroots are kept in ACTIF_MATRIX_CACHE (default /var/cache/actif-matrix) from one run to the next.
set -euo pipefail
cd "$(dirname "$0")/.."

[ "$(id -u)" -eq 0 ] || exec sudo --preserve-env .ci/matrix.sh "$@"
.ci/install-system.sh matrix
# Namespaces of our own: whatever way this ends, no mount and no process outlives it.
[ -n "${ACTIF_MATRIX_INSIDE:-}" ] ||
  exec env ACTIF_MATRIX_INSIDE=1 unshare --mount --pid --fork --kill-child --mount-proc .ci/matrix.sh "$@"

cache=${ACTIF_MATRIX_CACHE:-/var/cache/actif-matrix}
logs=$PWD/build/matrix
mkdir -p "$cache" "$logs"
exec 9>"$cache/lock"
flock 9
# under sudo, what lands in the checkout stays the caller's
[ -z "${SUDO_UID:-}" ] || trap 'chown -R "$SUDO_UID:" build' EXIT

mirror() {
  local found
  found=$(debian_uri)
  [ -n "$found" ] || { apt-get update -qq; found=$(debian_uri); }
  echo "${ACTIF_MATRIX_MIRROR:-$found}"
}
debian_uri() {
  # shellcheck disable=SC2016  # apt fills these fields in
  apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Identifier: Packages' |
    sed -n 's/^Debian|Debian|//p' | head -n 1
}

in_chroot() { # root, command...
  local root=$1 keep=()
  shift
  mapfile -t keep < <(env | grep -E '^((https?|no|HTTPS?|NO)_(proxy|PROXY)|PIP_[A-Z_]+|SSL_CERT_FILE|REQUESTS_CA_BUNDLE|OPENBLAS_[A-Z_0-9]+|CI)=')
  env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "${keep[@]}" chroot "$root" "$@" </dev/null
}

mount_in() { # root
  local m
  for m in proc sys dev dev/pts dev/shm; do mount --bind "/$m" "$1/$m"; done
  cp /etc/resolv.conf /etc/hosts "$1/etc/"
}

# The chroot reaches the network as this machine does: same proxies, same authorities, same pip settings.
copy_network_settings() { # root
  local f
  apt-config dump | grep -E '^Acquire::(http|https|ftp)::' >"$1/etc/apt/apt.conf.d/90host" || true
  mkdir -p "$1/etc/ssl/certs" "$1/usr/local/share/ca-certificates"
  cp /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
  cp -r /usr/local/share/ca-certificates/. "$1/usr/local/share/ca-certificates/" 2>/dev/null || true
  [ ! -f /etc/pip.conf ] || cp /etc/pip.conf "$1/etc/"
  for f in .config/pip .pip; do
    [ ! -d "$HOME/$f" ] || { mkdir -p "$1/root/$f" && cp -r "$HOME/$f/." "$1/root/$f/"; }
  done
}

# The key tells which packages a chroot holds: a changed list builds it anew.
build() { # name
  local name=$1 root=$cache/$1 new=$cache/$1.new key source
  key=$(.ci/install-system.sh --print test | sha256sum)
  [ "$(cat "$root/.key" 2>/dev/null)" != "$key" ] || return 0
  echo "== $name : construction du chroot (une dizaine de minutes, une seule fois)"
  rm -rf --one-file-system "$new" "$root"
  source=$(mirror)
  debootstrap --variant=minbase --include=ca-certificates,make,git trixie "$new" "$source" >"$logs/$name-debootstrap.log"
  copy_network_settings "$new"
  [ "$name" = trixie ] || echo "deb $source $name main" >"$new/etc/apt/sources.list.d/backports.list"
  mount_in "$new"
  mkdir -p "$new/srv/ci"
  cp .ci/install-system.sh "$new/srv/ci/"
  local release=()
  [ "$name" = trixie ] || release=(env APT_RELEASE=trixie-backports)
  in_chroot "$new" "${release[@]}" /srv/ci/install-system.sh test
  in_chroot "$new" apt-get clean
  umount -R "$new/proc" "$new/sys" "$new/dev"
  echo "$key" >"$new/.key"
  mv "$new" "$root"
}

run() { # name
  local name=$1 root=$cache/$1 status=0
  mount_in "$root"
  copy_network_settings "$root"
  rm -rf "$root/srv/actif"
  mkdir -p "$root/srv/actif"
  tar --exclude=./.git --exclude=./.venv --exclude=./build --exclude=__pycache__ --exclude=.hypothesis -cf - . |
    tar -C "$root/srv/actif" --no-same-owner -xf -
  echo "== $name : QGIS $(in_chroot "$root" /usr/bin/python3 -c 'from qgis.core import Qgis; print(Qgis.version())' 2>/dev/null)"
  in_chroot "$root" make --no-print-directory -C /srv/actif VENV=/opt/actif-venv test 2>&1 | tee "$logs/$name.log" || status=1
  rm -rf "$logs/$name-screenshots"
  cp -r "$root/srv/actif/build/screenshots" "$logs/$name-screenshots" 2>/dev/null || true
  return $status
}

[ $# -gt 0 ] || set -- trixie trixie-backports
failed=()
for name in "$@"; do
  build "$name"
  run "$name" || failed+=("$name")
done
[ ${#failed[@]} -eq 0 ] || { echo "Échec : ${failed[*]}" >&2; exit 1; }
