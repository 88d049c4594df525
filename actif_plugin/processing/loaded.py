"""How the results of diagnoses, checks, imports and publications look when QGIS loads them."""

from __future__ import annotations

from ..store import result_styles
from .presentation import CODES, DIAGNOSIS, PUBLICATION, TERRITORY, Presentation

LINKS = Presentation("Maillons des filières", result_styles.arrange_links, DIAGNOSIS)
TRANSFORMERS = Presentation(
    "Transformateurs manquants", result_styles.arrange_transformers, DIAGNOSIS
)
SITES = Presentation("Sites classés", result_styles.style_sites, DIAGNOSIS)
FINDINGS = Presentation("Constats de qualité", result_styles.style_findings, TERRITORY)
REJECTS = Presentation("Lignes rejetées", result_styles.arrange_rows, TERRITORY)
CANDIDATES = Presentation("À vérifier : doublons possibles", result_styles.arrange_rows, TERRITORY)
DIFFERENCES = Presentation("Différences avec la source", result_styles.arrange_rows, TERRITORY)
SUGGESTIONS = Presentation("Codes proposés", result_styles.arrange_rows, CODES)
GEOCODED = Presentation("Adresses géocodées", result_styles.arrange_addresses, TERRITORY)
ADDRESSES = Presentation("Adresses à corriger", result_styles.arrange_addresses, TERRITORY)
AREAS = Presentation("Isochrones", result_styles.style_areas)
INSIDE = Presentation("Points dans les isochrones", result_styles.arrange_rows)
WITHOUT_AREA = Presentation("Points sans isochrone", result_styles.arrange_reasons)
MASKED = Presentation("Chiffres masqués", result_styles.style_masked, PUBLICATION)
