#!/usr/bin/env bash
# Installs the zip in the empty profile that offscreen.sh gives, and runs an algorithm from it.
set -euo pipefail
zip=$(realpath "$1")
plugins=$QGIS_CUSTOM_CONFIG_PATH/profiles/default/python/plugins
mkdir -p "$plugins"
/usr/bin/python3 -m zipfile --extract "$zip" "$plugins"

# Debian 12's qgis_process passes itself an option that it refuses; the program behind it works.
process=$(command -v qgis_process.bin || command -v qgis_process)
cd "$HOME"
run() { "$process" "$@" >"$HOME/log" 2>&1 || { cat "$HOME/log" >&2; echo "Échec : qgis_process $*" >&2; exit 1; }; }

run plugins enable actif_plugin
run list
grep -q 'actif:createterritory' "$HOME/log" || { cat "$HOME/log"; echo "Les traitements actif: manquent." >&2; exit 1; }
run run actif:createterritory -- NAME=Essai CRS=EPSG:2154 STORE="$HOME/essai.gpkg"
[ -s "$HOME/essai.gpkg" ] || { cat "$HOME/log"; echo "actif:createterritory n'a rien écrit." >&2; exit 1; }
echo "Paquet installé dans un profil vide, actif:createterritory exécuté ($("$process" --version 2>/dev/null | head -n 1))"
