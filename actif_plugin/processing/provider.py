"""The provider that puts the algorithms into the toolbox."""

from __future__ import annotations

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from .. import paths
from ..translation import tr
from .answer_needs import AnswerNeeds
from .base import ActifAlgorithm
from .check_quality import CheckQuality
from .company_sheet import CompanySheet
from .create_demo import CreateDemo
from .create_territory import CreateTerritory
from .export_cnig import ExportCnig
from .geocode import Geocode
from .import_establishments import ImportEstablishments
from .import_perimeters import ImportPerimeters
from .isochrones import IsochronesAlgorithm
from .joint_offer import JointOffer
from .masked_export import MaskedExport
from .merge_establishments import MergeEstablishments
from .missing_links import MissingLinks
from .place_resources import PlaceResources
from .pool_needs import PoolNeeds
from .public_copy import PublicCopy
from .search_establishments import SearchEstablishments
from .sector_leak import SectorLeak
from .siting import Siting
from .suggest_codes import SuggestCodes
from .synergy_atlas import SynergyAtlas
from .synergy_map import SynergyMap
from .update_nomenclature import UpdateNomenclature
from .value_chains import ValueChains
from .visit_sheet import VisitSheet

# In the order of the work: the menu lists them so.
ALGORITHMS: tuple[type[ActifAlgorithm], ...] = (
    CreateTerritory,
    ImportPerimeters,
    ImportEstablishments,
    SearchEstablishments,
    Geocode,
    AnswerNeeds,
    PlaceResources,
    PoolNeeds,
    JointOffer,
    IsochronesAlgorithm,
    VisitSheet,
    CompanySheet,
    MissingLinks,
    ValueChains,
    Siting,
    SectorLeak,
    SynergyMap,
    SynergyAtlas,
    PublicCopy,
    SuggestCodes,
    ExportCnig,
    MaskedExport,
    UpdateNomenclature,
    CheckQuality,
    MergeEstablishments,
    CreateDemo,
)


class ActifProvider(QgsProcessingProvider):
    """Provider ``actif``."""

    def id(self) -> str:
        return "actif"

    def name(self) -> str:
        return "Act'IF"

    def longName(self) -> str:
        return tr("Act'IF: industrial and territorial ecology")

    def icon(self) -> QIcon:
        return QIcon(str(paths.resource("actif.svg")))

    def loadAlgorithms(self) -> None:
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm())
