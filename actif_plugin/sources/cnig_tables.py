"""The tables of the CNIG standard "Sites économiques" (v2024-10, schema 1.0.1).

Names, types, lists and patterns are those of the Table Schemas that the standard publishes; a
geometry is a column of theirs like any other.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..domain.words import folded
from .fields import bare


class Kind(enum.Enum):
    """What a column holds."""

    TEXT = "string"
    NUMBER = "number"
    DATE = "date"
    YEAR = "year"
    GEOMETRY = "geojson"
    POINT = "geopoint"


@dataclass(frozen=True)
class Column:
    """A column of the standard.

    Attributes:
        name: official name.
        kind: what it holds.
        required: it cannot be empty.
        values: the official list; empty for none.
        pattern: what its text must match; empty for anything.
    """

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    values: tuple[str, ...] = ()
    pattern: str = ""

    def official(self, value: str) -> str | None:
        """Return *value* as the official list spells it, or None where the list lacks it."""
        wanted = folded(value)
        return next((known for known in self.values if folded(known) == wanted), None)

    def fits(self, value: str) -> bool:
        """Tell whether *value* has the form that the standard asks of the column."""
        if self.kind is Kind.NUMBER:
            return _NUMBER.fullmatch(value) is not None
        if self.kind is Kind.DATE:
            return _DATE.fullmatch(value) is not None
        if self.kind is Kind.YEAR:
            return _YEAR.fullmatch(value) is not None
        return not self.pattern or re.fullmatch(self.pattern, value) is not None


@dataclass(frozen=True)
class StandardTable:
    """A table of the standard.

    Attributes:
        name: layer name.
        key: column that tells a row from another.
        columns: all of them, in the official order.
    """

    name: str
    key: str
    columns: tuple[Column, ...]

    def geometry(self) -> str:
        """Return the name of the geometry column."""
        return next(column.name for column in self.columns if column.kind is Kind.GEOMETRY)


# Official answers for what is not known, and for what no other value of a list says.
UNKNOWN = "inconnu"
OTHER = "autre"
SEPARATOR = "|"
# What the standard writes for an empty cell, besides nothing.
MISSING = ("", "NA", "NaN", "N/A")

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_YES_NO = ("oui", "non")
_OPEN_END = (UNKNOWN, OTHER, "sans objet")
_URL = r"^(https?)://[^\s/$.?#].[^\s]*$"
_PARCELS = r"(?:(?:^|\|)(\d{8}[0-9A-Z]{2}\d{4}|)\1+\d{8}[0-9A-Z]{2}\d{4})+$"


def _text(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


def _needed(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, required=True) for name in names)


def _number(*names: str, required: bool = False) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.NUMBER, required) for name in names)


def _date(*names: str, required: bool = False) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.DATE, required) for name in names)


def _yes_no(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, values=_YES_NO) for name in names)


def _listed(name: str, *values: str, required: bool = True) -> Column:
    return Column(name, required=required, values=(*values, *_OPEN_END))


SITE = StandardTable(
    "site_eco",
    "site_id",
    (
        *_needed("site_id", "pole_id", "site_nom"),
        _listed(
            "site_type",
            "zone d'activité économique",
            "site économique historique hors ZAE",
            "établissement économique isolé",
            "zone AU à vocation économique",
        ),
        _listed(
            "site_vocadomi",
            "industrielle",
            "commerciale",
            "tertiaire",
            "artisanale",
            "touristique",
            "portuaire",
            "aéroportuaire, aéronautique",
            "entrepôts, logistique",
            "logistique agricole",
            "mixte",
        ),
        _listed(
            "site_etat",
            "en projet",
            "création",
            "existant et actif",
            "projet de déclassement",
            "déclassé",
        ),
        *_number("site_surf_brute", "site_surf_utile", required=True),
        Column("site_creation_date", Kind.YEAR),
        *_date("site_identif_date", "site_actu_date", required=True),
        *_text("source_producteur", "site_description", "site_quali_territoire"),
        _listed(
            "site_evol_urba",
            "extension urbaine",
            "renouvellement urbain",
            "mixte",
            required=False,
        ),
        Column("site_url", pattern=_URL),
        *_needed("site_epci_nom", "site_epci_siren", "site_comm_nom", "site_comm_insee"),
        _listed(
            "site_moa_type",
            "commune",
            "epci",
            "société d'économie mixte",
            "chambre de commerce et industrie",
            "Etat",
            "privé",
        ),
        *_text("site_moa_nom", "site_moa_amngt", "site_moa_comm"),
        *_number(
            "site_uf_nbre",
            "site_uf_vacant_nbre",
            "site_taux_vacance",
            "site_uf_bati_nbre",
            "site_nb_etab",
            "site_nb_emploi",
        ),
        Column("site_geomsurf", Kind.GEOMETRY, required=True),
        Column("site_geompoint", Kind.POINT),
        Column("site_media", pattern=_URL),
        *_number("site_surf_comm_dispo", "site_surf_projet"),
        *_yes_no(
            "site_voca_industrielle",
            "site_voca_commerciale",
            "site_voca_tertiaire",
            "site_voca_artisanale",
            "site_voca_touristique",
            "site_voca_portuaire",
            "site_voca_aeroportuaire",
            "reseau_eau_pluviale",
            "reseau_eau_potable",
            "reseau_assainissement",
            "reseau_gaz",
            "reseau_electrique",
            "reseau_fibre_optique",
            "reseau_fret_ferroviaire",
            "reseau_fluvial",
            "desserte_tc",
        ),
        *_text("desserte_route_nom", "autoroute_nom"),
        *_number("autoroute_echang_dist"),
        *_text("gare_nom"),
        *_number("gare_dist"),
        *_text("gare_fret_nom"),
        *_number("gare_fret_dist"),
        *_text("aeroport_nom"),
        *_number("aeroport_dist"),
        *_text("port_nom"),
        *_number("port_dist"),
    ),
)

TERRAIN = StandardTable(
    "terrain_eco",
    "terr_id",
    (
        *_needed("terr_id", "site_id"),
        Column("terr_refcad", pattern=_PARCELS),
        *_number("terr_surf_brute", required=True),
        *_yes_no("terr_utile"),
        *_date("terr_identif_date", "terr_actu_date", required=True),
        _listed(
            "terr_maitrise_fonc",
            "personne physique",
            "Etat",
            "région",
            "département",
            "structure intercommunale",
            "commune",
            "autre collectivité territoriale",
            "organisme de logement social",
            "établissement public foncier",
            "SEM ou SPLA",
            "aménageur",
            "investisseur professionnel",
            "établissement de santé et structure sociale",
            "établissement de tourisme et structure de loisir sportive ou cultuelle",
            "établissement industriel et commercial",
            "organisation de gestion foncière et immobilière",
            "établissement d'enseignement d'étude et de recherche",
        ),
        _listed(
            "terr_stade_amngt",
            "non aménageable",
            "non aménagé, non viabilisé",
            "viabilisation en cours",
            "viabilisé non aménagé",
            "viabilisé et aménagé",
        ),
        _listed(
            "terr_stade_comm",
            "non commercialisé",
            "non commercialisable",
            "en vente",
            "en vente avec contraintes",
            "vendu, commercialisation achevée",
            "réservé par option de réservation",
            "réservé par une délibération de l'EPCI",
        ),
        _listed(
            "terr_etat_occup", "inoccupé", "occupation transitoire", "occupé", "vacant", "friche"
        ),
        _listed(
            "terr_usage",
            "voirie ou infrastructure",
            "parkings, stationnement",
            "zone de retournement poids-lourds",
            "autres équipements publics",
            "bâti productif",
            "bâti résidentiel",
            "bassin d'orage ou de rétention",
            "espace vert",
            "espace naturel ou forestier",
            "espace agricole",
            "zone de service partagée entre entreprises",
            "carrières, zones d'extraction",
            "dépôt, stockage",
            "production d’énergie renouvelable",
        ),
        Column("terr_url_cartofriches", pattern=_URL),
        Column("terr_geomsurf", Kind.GEOMETRY, required=True),
        *_yes_no("terr_cle_en_main"),
        *_text("terr_acquereur"),
        *_date("terr_cession_date"),
        *_number("terr_vente_montant", "terr_m2_prix"),
    ),
)

ESTABLISHMENT = StandardTable(
    "etablissement",
    "SIRET",
    (
        *_needed("SIRET", "SIREN", "terr_id"),
        *_text("ban-id", "bat-id", "etab_adresse"),
        *_needed(
            "etab_raison_sociale",
            "etab_nat_juridique",
            "etab_nom",
            "epci_nom",
            "epci_siren",
            "comm_nom",
            "comm_insee",
        ),
        *_yes_no("etab_siege"),
        *_date("etab_creation_date", "etab_identif_date", "etab_actu_date", required=True),
        *_yes_no("etab_actif"),
        *_date("etab_fermeture_date"),
        *_text("etab_description"),
        *_needed(
            "etab_activite_code",
            "etab_activite_libelle",
            "etab_effectif_code",
            "etab_effectif_libelle",
        ),
        Column("etab_effectif_annee", Kind.YEAR, required=True),
        *_needed("etab_source_info"),
        _listed(
            "geocodage_qualite",
            "non localisé",
            "localisation à la commune",
            "localisation au lieu-dit",
            "localisation à la rue (sans numéro)",
            "localisation à la plaque adresse",
            "localisation à la parcelle",
            "localisation au bâtiment",
        ),
        Column("etab_geompoint", Kind.GEOMETRY, required=True),
        *_text("etab_contact_mail", "etab_contact_tel"),
    ),
)

_TABLES = (ESTABLISHMENT, TERRAIN, SITE)
_PREFIXES = {"site_eco": "site_", "terrain_eco": "terr_", "etablissement": "etab_"}


def recognise(header: Sequence[str]) -> tuple[StandardTable, dict[str, int]] | None:
    """Return the table of the standard that *header* is of, with the place of its columns.

    The key is needed, and one more column that only this table has.
    """
    places = {bare(name): place for place, name in reversed(list(enumerate(header)))}
    for table in _TABLES:
        own = [c.name for c in table.columns if c.name.startswith(_PREFIXES[table.name])]
        if bare(table.key) in places and any(
            bare(name) in places for name in own if name != table.key
        ):
            return table, {
                column.name: places[bare(column.name)]
                for column in table.columns
                if bare(column.name) in places
            }
    return None
