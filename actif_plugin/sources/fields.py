"""Which column of an unknown table holds what: guessed from its name, corrected by the user."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from ..domain.words import folded

# For each of our fields, the columns that may feed it, the best first, as SIRENE, geo-SIRENE, the
# CNIG standard, Géorisques and everyday spreadsheets call them. Names are compared without case,
# accents or punctuation. Several columns that match are tried in turn until one is filled.
_KNOWN: dict[str, tuple[str, ...]] = {
    "siret": ("siret", "numerosiret", "nsiret", "numsiret", "codesiret", "siretetablissement"),
    "siren": ("siren", "numerosiren", "nsiren"),
    "nic": ("nic", "nicsiegeunitelegale"),
    # SIRENE says the usual name, the sign and the legal name apart: the first is what people know.
    "raison_sociale": (
        "raisonsociale",
        "denominationusuelleetablissement",
        "enseigne1etablissement",
        "enseigne2etablissement",
        "enseigne3etablissement",
        "denominationusuelle1unitelegale",
        "denominationunitelegale",
        "etabraisonsociale",
        "denomination",
        "l1declaree",
        "l1normalisee",
        "nomenlong",
        "nometablissement",
        "nomentreprise",
        "entreprise",
        "etablissement",
        "societe",
        "nom",
        "name",
        "sigleunitelegale",
        "libelle",
    ),
    "denomination": ("denominationunitelegale",),
    "personne_nom": ("nomusageunitelegale", "nomunitelegale"),
    "personne_prenom": ("prenomusuelunitelegale", "prenom1unitelegale"),
    "categorie_juridique": (
        "categoriejuridiqueunitelegale",
        "categoriejuridique",
        "naturejuridique",
        "etabnatjuridique",
        "nj",
    ),
    "enseigne": (
        "enseigne",
        "enseigne1etablissement",
        "enseigne2etablissement",
        "enseigne3etablissement",
        "etabnom",
        "nomcommercial",
    ),
    "naf_code": (
        "activiteprincipaleetablissement",
        "apet700",
        "naf",
        "nafcode",
        "codenaf",
        "ape",
        "codeape",
        "etabactivitecode",
        "activiteprincipale",
        "nafrev2",
    ),
    "naf_nomenclature": ("nomenclatureactiviteprincipaleetablissement",),
    "naf_2025": ("activiteprincipalenaf25etablissement", "naf2025", "codenaf2025", "nafcode2025"),
    "effectif_code": (
        "trancheeffectifsetablissement",
        "tefet",
        "effectifcode",
        "etabeffectifcode",
        "trancheeffectif",
        "trancheeffectifs",
        "trancheeffectifssalaries",
    ),
    "effectif": (
        "effectif",
        "effectifs",
        "effectiftotal",
        "effectifsalarie",
        "nombresalaries",
        "nombredesalaries",
        "nbsalaries",
        "salaries",
        "efetcent",
    ),
    "adresse": ("adresse", "adressecomplete", "etabadresse", "l4normalisee", "voie", "rue"),
    "numero_voie": ("numerovoieetablissement", "numvoie", "numerovoie"),
    "indice_voie": ("indicerepetitionetablissement", "indrep"),
    "type_voie": ("typevoieetablissement", "typvoie", "typevoie"),
    "libelle_voie": ("libellevoieetablissement", "libvoie", "libellevoie"),
    "code_postal": ("codepostal", "codepostaletablissement", "cp", "codpos"),
    "commune_insee": (
        "communeinsee",
        "codecommuneetablissement",
        "insee",
        "codeinsee",
        "codecommune",
        "comminsee",
        "depcomet",
    ),
    # Older files of SIRENE write the code in two pieces.
    "commune_departement": ("depet",),
    "commune_numero": ("comet",),
    "commune_nom": (
        "communenom",
        "commune",
        "libellecommuneetablissement",
        "libcom",
        "commnom",
        "ville",
        "nomcommune",
        "localite",
    ),
    "epci_siren": ("epcisiren",),
    "site_id": ("siteid", "terrid"),
    "ban_id": ("banid", "identifiantadresseetablissement"),
    "geocodage_qualite": ("geocodagequalite", "geotype", "precision"),
    "geocodage_score": ("geocodagescore", "geoscore"),
    "etat": ("etat", "etatadministratifetablissement", "etabactif"),
    "date_creation": ("datecreation", "datecreationetablissement", "etabcreationdate", "dcret"),
    "date_fermeture": ("datefermeture", "etabfermeturedate"),
    "date_etat": ("datedebut",),
    "qualite_xy": ("qualitexy",),
    "epsg": ("epsg",),
    "description": ("description", "etabdescription"),
    "longitude": ("longitude", "lon", "lng", "long", "xwgs84", "xlongitude"),
    "latitude": ("latitude", "lat", "ywgs84", "ylatitude"),
    "x": ("x", "coordonneesx", "coordx", "xl93", "coordonneelambertabscisseetablissement"),
    "y": ("y", "coordonneesy", "coordy", "yl93", "coordonneelambertordonneeetablissement"),
}
# Enough to know a company by; a table with none of these has nothing to import.
IDENTIFYING = ("siret", "raison_sociale", "enseigne")

FieldMap = dict[str, tuple[str, ...]]


class FieldMapError(ValueError):
    """A field map that cannot be followed; ``args`` name the fields at fault."""


def guess(header: Sequence[str]) -> FieldMap:
    """Return, for each of our fields that *header* seems to hold, its columns, the best first."""
    return recognise_columns(header, _KNOWN)


def complete(header: Sequence[str], given: Mapping[str, str]) -> FieldMap:
    """Return the guess corrected by what the user gave.

    Args:
        header: the columns there are.
        given: column for each field that the user chose; an empty one leaves the field out.

    Raises:
        FieldMapError: a field or a column that does not exist.
    """
    unknown = [target for target in given if target not in _KNOWN]
    missing = [column for column in given.values() if column and column not in header]
    if unknown or missing:
        raise FieldMapError(*unknown, *missing)
    result = guess(header)
    for target, column in given.items():
        result.pop(target, None)
        if column:
            result[target] = (column,)
    return result


def parse_map(text: str) -> dict[str, str]:
    """Read a field map written as JSON or as ``field=column`` pairs split by ``;`` or new lines.

    Raises:
        FieldMapError: the text is neither.
    """
    text = text.strip()
    if not text:
        return {}
    if text.startswith("{"):
        try:
            found = json.loads(text)
        except json.JSONDecodeError as error:
            raise FieldMapError(text) from error
        return {str(target): str(column or "") for target, column in found.items()}
    pairs = [pair for pair in re.split(r"[;\n]", text) if pair.strip()]
    if not all("=" in pair for pair in pairs):
        raise FieldMapError(*(pair for pair in pairs if "=" not in pair))
    split = (pair.split("=", 1) for pair in pairs)
    return {target.strip(): column.strip() for target, column in split}


def recognise_columns(header: Sequence[str], known: Mapping[str, tuple[str, ...]]) -> FieldMap:
    """Return, for each field of *known*, the columns of *header* under its names, best first."""
    by_name: dict[str, str] = {}
    for column in header:
        by_name.setdefault(bare(column), column)
    found = {}
    for target, names in known.items():
        columns = tuple(by_name[name] for name in names if name in by_name)
        if columns:
            found[target] = columns
    return found


def bare(name: str) -> str:
    """Return *name* in lower case without accents, spaces or punctuation."""
    return folded(name).replace(" ", "")
