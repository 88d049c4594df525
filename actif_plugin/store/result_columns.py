"""How the columns of results are called on screen, in French as all the data."""

from __future__ import annotations

from qgis.core import QgsVectorLayer

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
}


def name_columns(layer: QgsVectorLayer) -> None:
    """Give the columns of a result the names that people read."""
    for at, field in enumerate(layer.fields()):
        alias = _ALIASES.get(field.name())
        if alias:
            layer.setFieldAlias(at, alias)
