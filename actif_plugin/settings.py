"""What the user may set for the whole plugin; QGIS keeps it in its settings, under ``actif/``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

from qgis.core import QgsApplication, QgsSettings


@dataclass(frozen=True)
class ServiceSettings:
    """A web service as the user may set it.

    Attributes:
        key: of its settings, under ``actif/``.
        default_url: its public address.
        per_second: requests a second that the service takes from one machine, with a margin.
    """

    key: str
    default_url: str
    per_second: float

    @property
    def url(self) -> str:
        """Where the service answers, without a slash at the end."""
        written = str(QgsSettings().value(f"actif/{self.key}/url", "") or "").strip()
        return (written or self.default_url).rstrip("/")

    def set_url(self, written: str) -> None:
        """Change where the service answers; nothing: its public address."""
        # The public address is not written down: a service that moves is followed by an update.
        same = written.strip().rstrip("/") in ("", self.default_url)
        _write(f"actif/{self.key}/url", None if same else written.strip())

    @property
    def authcfg(self) -> str:
        """The QGIS authentication configuration to use, or nothing."""
        return str(QgsSettings().value(f"actif/{self.key}/authcfg", "") or "")

    def set_authcfg(self, identifier: str) -> None:
        """Change the authentication configuration; nothing: none."""
        _write(f"actif/{self.key}/authcfg", identifier or None)


# Published limits: 50, 7 and 5 requests/s for each address on the Internet, which a whole
# administration may share.
GEOCODER = ServiceSettings("geocoder", "https://data.geopf.fr/geocodage", 20)
COMPANIES = ServiceSettings("companies", "https://recherche-entreprises.api.gouv.fr", 6)
NAVIGATION = ServiceSettings("navigation", "https://data.geopf.fr/navigation", 4)
# A server of one's own: there is no public address.
VALHALLA = ServiceSettings("valhalla", "", 20)
# Tiles under printed maps.
PLAN_IGN = ServiceSettings(
    "plan_ign",
    "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&STYLE=normal"
    "&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&FORMAT=image/png&TILEMATRIXSET=PM"
    "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
    20,
)
OSM_TILES = ServiceSettings("osm_tiles", "https://tile.openstreetmap.org/{z}/{x}/{y}.png", 2)

_TIMEOUT_KEY = "actif/network/timeout"
TIMEOUT_BOUNDS_S = (5, 600)
_DEFAULT_TIMEOUT_S = 60


def timeout_s() -> int:
    """Return how long one answer may take, in seconds."""
    try:
        written = int(QgsSettings().value(_TIMEOUT_KEY, _DEFAULT_TIMEOUT_S))
    except (TypeError, ValueError):
        return _DEFAULT_TIMEOUT_S
    shortest, longest = TIMEOUT_BOUNDS_S
    return min(longest, max(shortest, written))


def set_timeout_s(seconds: int) -> None:
    """Change how long one answer may take."""
    _write(_TIMEOUT_KEY, None if seconds == _DEFAULT_TIMEOUT_S else int(seconds))


# How far a flow is worth looking for, by its nature, where nobody said otherwise. Hypotheses: no
# published threshold exists, and a territory that knows better changes them.
REACHES_M = {
    "matiere": 50_000.0,
    "energie": 2_000.0,
    "eau": 2_000.0,
    "equipement": 20_000.0,
    "espace": 20_000.0,
    "logistique": 50_000.0,
    "service": 30_000.0,
    "competence": 30_000.0,
}
DEFAULT_REACH_M = 20_000.0


def reach_m(nature: str | None) -> float:
    """Return how far a flow of a nature is looked for, in metres (``actif/reach_m/<nature>``)."""
    supposed = REACHES_M.get(nature or "", DEFAULT_REACH_M)
    try:
        written = float(QgsSettings().value(f"actif/reach_m/{nature}", supposed))
    except (TypeError, ValueError):
        return supposed
    return written if written >= 0 else supposed


def set_reach_m(nature: str, metres: float) -> None:
    """Change how far a flow of a nature is looked for, in metres."""
    supposed = REACHES_M.get(nature, DEFAULT_REACH_M)
    _write(f"actif/reach_m/{nature}", None if metres == supposed else float(metres))


@dataclass(frozen=True)
class PrintSettings:
    """How an organisation signs what it prints (``actif/print/…``).

    Attributes:
        organisation: its name.
        logo: path of a picture, SVG or other.
        colour: of titles and bands, as ``#rrggbb``; empty for that of Act'IF.
        disclaimer: a sentence at the foot of every page.
    """

    organisation: str = ""
    logo: str = ""
    colour: str = ""
    disclaimer: str = ""


def print_settings() -> PrintSettings:
    """Return how the organisation signs what it prints."""
    return PrintSettings(
        **{
            field.name: str(QgsSettings().value(f"actif/print/{field.name}", "") or "").strip()
            for field in fields(PrintSettings)
        }
    )


def set_print_settings(chosen: PrintSettings) -> None:
    """Change how the organisation signs what it prints."""
    for field in fields(chosen):
        _write(f"actif/print/{field.name}", getattr(chosen, field.name).strip() or None)


def profile_folder() -> Path:
    """Return the folder of the user's QGIS profile that is ours; it may not exist."""
    return Path(QgsApplication.qgisSettingsDirPath()) / "actif"


def _write(key: str, value: object) -> None:
    settings = QgsSettings()
    if value is None:
        settings.remove(key)
    else:
        settings.setValue(key, value)
