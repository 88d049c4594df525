"""How the columns of results are called on screen, in French as all the data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from qgis.core import QgsVectorLayer

from .schema import ETABLISSEMENT

_ALIASES = {
    "besoin_id": "Besoin",
    "offre_id": "Ressource",
    "code_besoin": "Code du besoin",
    "code_offre": "Code de la ressource",
    "niveau_commun": "Niveau commun",
    "rang": "Rang",
    "distance_m": "Distance (m)",
    "cout": "Coût par la route (m ou min)",
    "motif": "Motif",
    "besoin_libelle": "Libellé du besoin",
    "offre_libelle": "Libellé de la ressource",
    "besoin_entreprise": "Entreprise qui demande",
    "offre_entreprise": "Entreprise qui propose",
    "entreprise": "Entreprise",
    "etablissement_id": "Fiche de l'établissement",
    "quantites": "Quantités",
    "fraicheur": "Fraîcheur",
    "qualite": "Qualité",
    "avis": "Avis du conseiller",
    "libelle": "Libellé",
    "code": "Code",
    "niveau": "Niveau",
    "besoins": "Besoins",
    "besoins_couverts": "Besoins couverts",
    "besoins_sans_reponse": "Besoins sans réponse",
    "couverture": "Couverture",
    "entreprises": "Entreprises en besoin",
    "score": "Score",
    "offres": "Ressources",
    "offres_sans_preneur": "Ressources sans preneur",
    "quantite_besoin": "Quantité demandée par an",
    "quantite_couverte": "Quantité couverte par an",
    "couverture_quantite": "Couverture en quantité",
    "unite": "Unité",
    "besoins_chiffres": "Besoins chiffrés",
    "offres_chiffrees": "Ressources chiffrées",
    "autres_quantites": "Autres quantités demandées",
    "peu_releve": "Peu relevé",
    "barre": "█ couverts ░ sans réponse",
    "besoin_ids": "Fiches des besoins",
    "offre_ids": "Fiches des ressources",
    "perimetre_code": "Code du périmètre",
    "perimetre_nom": "Périmètre",
    "etablissements": "Établissements",
    "visites": "Visites",
    "part_visitee": "Part des établissements visités",
    "pool_id": "Groupement",
    "members": "Membres",
    "diameter_m": "Étendue (m)",
    "mots": "Mots de l'entreprise",
    "quantite": "Quantité par an",
    "sans_quantite": "Besoins sans quantité",
    "masse_critique": "Masse critique par an",
    "manque": "Manque par an",
    "a_confirmer": "À confirmer",
    "complet": "Complet",
    "codes": "Codes",
    "codes_manquants": "Codes manquants",
    "filiere_code": "Code de la filière",
    "filiere": "Filière",
    "maillon_code": "Code du maillon",
    "maillon": "Maillon",
    "etat": "État",
    "phrase": "Ce que cela change",
    "amont": "Maillons d'amont",
    "aval": "Maillons d'aval",
    "etablissement_ids": "Fiches des établissements",
    "source": "Source",
    "savoir_faire_m": "Savoir-faire le plus proche (m)",
    "ressources": "Ressources à portée",
    "plus_proche_m": "Flux le plus proche (m)",
    "table": "Table",
    "enregistrement": "Fiche",
    "constat": "Constat",
    "que_faire": "Que faire",
    "autre": "Autre fiche",
    "zone_code": "Code de la zone",
    "zone_nom": "Zone",
    "vers_code": "Code de la zone d'arrivée",
    "vers_nom": "Zone d'arrivée",
    "categorie": "Catégorie",
    "releves": "Fiches relevées",
    "synergies": "Synergies",
    "masque": "Masqué",
    "quantites_masquees": "Quantités masquées",
    "masques_zone": "Nombres masqués dans la zone",
    "ligne": "Ligne",
    "contenu": "Contenu",
    "nom": "Nom",
    "siret": "SIRET",
    "adresse": "Adresse",
    "commune": "Commune",
    "existant_nom": "Nom de l'établissement connu",
    "existant_siret": "SIRET de l'établissement connu",
    "existant_adresse": "Adresse de l'établissement connu",
    "champ": "Champ",
    "valeur_gardee": "Valeur gardée",
    "valeur_source": "Valeur de la source",
    "geocodage_adresse": "Adresse proposée",
    "ban_id": "Identifiant de l'adresse (BAN)",
    "sens": "Sens",
}
# What a result takes over from our own records is called as in their forms.
_OF_RECORDS = {field.name: field.alias for field in ETABLISSEMENT.columns()}


def name_columns(layer: QgsVectorLayer) -> None:
    """Give the columns of a result the names that people read."""
    for at, field in enumerate(layer.fields()):
        alias = _ALIASES.get(field.name()) or _OF_RECORDS.get(field.name())
        if alias:
            layer.setFieldAlias(at, alias)


def arrange_columns(
    layer: QgsVectorLayer,
    widths: Mapping[str, int],
    unseen: Iterable[str] = (),
    first: Sequence[str] = (),
) -> None:
    """Give the columns of an attribute table their widths, in pixels; hide some, put some first."""
    hidden = set(unseen)
    config = layer.attributeTableConfig()
    config.update(layer.fields())
    columns = config.columns()
    for column in columns:
        column.width = widths.get(column.name, -1)
        column.hidden = column.hidden or column.name in hidden
    ahead = [column for name in first for column in columns if column.name == name]
    config.setColumns([*ahead, *(column for column in columns if column.name not in first)])
    layer.setAttributeTableConfig(config)
