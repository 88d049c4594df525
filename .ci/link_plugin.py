#!/usr/bin/python3
"""Makes a throw-away QGIS profile in which the checkout's plugin is enabled.

QGIS wants metadata.txt inside the plugin's folder and we keep it at the root. So the profile gets a
folder of symbolic links: edits in the checkout are live, and nothing is copied by hand.
"""

import argparse
import shutil
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]


def link_plugin(plugins: Path, checkout: Path = CHECKOUT) -> Path:
    """Lay a folder of links to the checkout's plugin in a profile's `plugins` folder."""
    source = checkout / "actif_plugin"
    target = plugins / source.name
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    entries = [entry for entry in source.iterdir() if entry.name != "__pycache__"]
    for entry in [*entries, checkout / "metadata.txt", checkout / "LICENSE"]:
        if entry.exists():
            (target / entry.name).symlink_to(entry)
    return target


def make_profile(profiles_path: Path, locale: str = "", checkout: Path = CHECKOUT) -> Path:
    """Prepare what `qgis --profiles-path` wants and return the default profile's folder."""
    profile = profiles_path / "profiles" / "default"
    plugin = link_plugin(profile / "python" / "plugins", checkout)
    settings = profile / "QGIS" / "QGIS3.ini"
    if not settings.exists():
        settings.parent.mkdir(parents=True)
        lines = [
            "[PythonPlugins]",
            f"{plugin.name}=true",
            "[qgis]",
            "checkVersion=false",
            "showTips=false",
        ]
        if locale:
            lines += ["[locale]", "overrideFlag=true", f"userLocale={locale}"]
        settings.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return profile


def main() -> int:
    """Command line: link_plugin.py PROFILES_PATH [--locale fr]."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("profiles_path", type=Path)
    parser.add_argument("--locale", default="", help="force the interface's language, e.g. fr")
    arguments = parser.parse_args()
    print(make_profile(arguments.profiles_path.resolve(), arguments.locale))
    return 0


if __name__ == "__main__":
    sys.exit(main())
