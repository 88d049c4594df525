#!/usr/bin/env bash
# Runs a command that uses QGIS without a screen and without touching the user's own QGIS profile.
set -euo pipefail
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir -m 700 "$home/run"
HOME=$home XDG_RUNTIME_DIR=$home/run XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data XDG_CACHE_HOME=$home/cache \
  QGIS_CUSTOM_CONFIG_PATH=$home/qgis QT_QPA_PLATFORM=offscreen "$@"
