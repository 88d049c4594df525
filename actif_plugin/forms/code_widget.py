"""The product picker as QGIS's forms know it: its type, and what tables show of its values."""

from __future__ import annotations

from qgis.core import (
    NULL,
    QgsApplication,
    QgsExpression,
    QgsFeature,
    QgsFeatureRequest,
    QgsFieldFormatter,
    QgsProject,
    QgsVectorLayer,
)
from qgis.gui import QgsAttributeForm, QgsEditorWidgetWrapper
from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QWidget

from ..compat import plain
from ..domain.codes import naf_version
from ..store.errors import StoreError
from ..store.project import layers_by_role
from ..translation import tr
from . import own_words
from .code_source import NOMENCLATURE_OF_FIELD, label_of, shown
from .picker import Context, ProductPicker
from .registration import register_widget

CODE_WIDGET = "ActifCode"
# The nature whose needs and resources are jobs.
_SKILLS = "competence"
# The field of the company's own words.
_WORDS = "libelle"
# The field that tells the nomenclature, or the version, of another.
_COMPANION = {"code": "nomenclature", "naf_code": "naf_version"}


class ActifCodeWrapper(QgsEditorWidgetWrapper):
    """A product picker in a form."""

    def __init__(
        self, layer: QgsVectorLayer, field: int, editor: QWidget | None, parent: QWidget | None
    ) -> None:
        super().__init__(layer, field, editor, parent)
        self._picker: ProductPicker | None = None
        self._form: QgsAttributeForm | None = None
        # The nomenclature that the user asked for in this form: by its field, or by the nature.
        self._wanted: str | None = None
        self._setting = False
        self._naf: tuple[str, str | None] | None = None

    # -- what QGIS asks --------------------------------------------------------------------------

    def createWidget(self, parent: QWidget) -> QWidget:
        return ProductPicker(parent)

    def initWidget(self, editor: QWidget) -> None:
        if isinstance(editor, ProductPicker):
            self._picker = editor
            editor.context = self._context
            if self.field().name() not in NOMENCLATURE_OF_FIELD:
                editor.keep.remember = self._remember
            editor.changed.connect(self._changed)

    def valid(self) -> bool:
        return self._picker is not None

    def value(self) -> object:
        # An invalid value would be left out of what is saved: NULL is told as such.
        value = self._picker.value() if self._alive() else None
        return NULL if value is None else value

    def setValue(self, value: object) -> None:
        if self._alive():
            self._picker.set_value(plain(value), self._stored_nomenclature())

    def updateValues(self, value: object, additional: object = None) -> None:
        self.setValue(value)

    def setFeature(self, feature: QgsFeature) -> None:
        self._wanted = None
        # The value needs its nomenclature, which the record tells.
        self.setFormFeature(feature)
        super().setFeature(feature)
        self._follow_form()

    # -- the record around the code --------------------------------------------------------------

    def _context(self) -> Context:
        field = self.field().name()
        own = NOMENCLATURE_OF_FIELD.get(field)
        if own is not None:
            return Context(own)
        if self._wanted is not None:
            name = self._wanted
        elif self._record("nature") == _SKILLS and not self._has_known_code():
            name = "ROME"
        else:
            name = self._stored_nomenclature()
        words = self._record(_WORDS) if field == "code" else None
        return Context(name, self._company_activity(), None if words is None else str(words))

    def _has_known_code(self) -> bool:
        return self._alive() and self._picker.value() is not None and self._picker.is_known()

    def _stored_nomenclature(self) -> str:
        own = NOMENCLATURE_OF_FIELD.get(self.field().name())
        return own or ("ROME" if self._record("nomenclature") == "ROME" else "CPF")

    def _record(self, field: str) -> object:
        """Return what the form holds now in another field, or None."""
        form = self._follow_form()
        feature = self.formFeature() if form is None else form.currentFormFeature()
        position = self.layer().fields().indexOf(field)
        attributes = feature.attributes()
        return plain(attributes[position]) if 0 <= position < len(attributes) else None

    def _company_activity(self) -> str | None:
        """Return the NAF code of the company that the record belongs to."""
        company = self._record("etablissement_id")
        if company is None:
            return None
        if self._naf is None or self._naf[0] != company:
            self._naf = (str(company), activity(self.layer(), str(company)))
        return self._naf[1]

    def _follow_form(self) -> QgsAttributeForm | None:
        """Return the form around, and hear of its other fields from the first time on."""
        if self._form is not None:
            return None if sip.isdeleted(self._form) else self._form
        widget = self._picker.parentWidget() if self._alive() else None
        while widget is not None:
            if widget.metaObject().className() == "QgsAttributeForm":
                self._form = sip.cast(widget, QgsAttributeForm)
                self._form.widgetValueChanged.connect(self._other_changed)
                return self._form
            widget = widget.parentWidget()
        return None

    def _other_changed(self, field: str, value: object, by_user: bool) -> None:
        if self._setting or not by_user:
            return
        if field == "nature":
            self._wanted = "ROME" if plain(value) == _SKILLS else "CPF"
        elif field == "nomenclature":
            self._wanted = "ROME" if plain(value) == "ROME" else "CPF"

    def _changed(self) -> None:
        """Pass the value on, with the nomenclature that it belongs to."""
        if self._picker.value() is not None and self._picker.is_known():
            self._set_companion()
        self.emitValueChanged()

    def _remember(self, words: str, nomenclature: str, code: str, wanted: bool) -> str | None:
        project = self.layer().project() or QgsProject.instance()
        try:
            (own_words.remember if wanted else own_words.forget)(project, words, nomenclature, code)
        except StoreError as error:
            return str(error)
        return None

    def _set_companion(self) -> None:
        field = self.field().name()
        companion = _COMPANION.get(field)
        form = self._follow_form()
        if companion is None or form is None:
            return
        told = self._picker.nomenclature()
        if field == "naf_code":
            told = naf_version(self._picker.value())
        if self._record(companion) != told:
            self._setting = True
            form.changeAttribute(companion, told)
            self._setting = False

    def _alive(self) -> bool:
        return self._picker is not None and not sip.isdeleted(self._picker)


class CodeFormatter(QgsFieldFormatter):
    """Shows codes with their labels in tables, identify results, map tips and expressions."""

    def __init__(self) -> None:
        super().__init__()
        self.label_of = label_of

    def id(self) -> str:
        return CODE_WIDGET

    def representValue(
        self,
        layer: QgsVectorLayer,
        field: int,
        config: dict[str, object],
        cache: object,
        value: object,
    ) -> str:
        code = plain(value)
        if code is None:
            return QgsApplication.nullRepresentation()
        name = layer.fields().at(field).name()
        return shown(str(code), self.label_of(name, str(code)))


def register_code_widget() -> None:
    """Make the picker known to QGIS; a second time, only renew it."""
    formatter = register_widget(
        CODE_WIDGET,
        tr("Act'IF product picker"),
        ActifCodeWrapper,
        tr("Search by words, then levels. In the saved project: a list of values."),
        CodeFormatter,
    )
    formatter.label_of = label_of


def activity(layer: QgsVectorLayer, company: str) -> str | None:
    """Return the NAF code of a company of the territory that *layer* belongs to."""
    companies = layers_by_role(layer.project() or QgsProject.instance()).get("etablissement")
    if companies is None:
        return None
    wanted = f'"id" = {QgsExpression.quotedValue(company)}'
    request = QgsFeatureRequest().setFilterExpression(wanted).setLimit(1)
    request.setSubsetOfAttributes(["naf_code"], companies.fields())
    for found in companies.getFeatures(request):
        return plain(found["naf_code"])
    return None
