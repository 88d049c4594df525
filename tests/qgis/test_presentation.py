"""A result dressed once must be dressed again by the next run: QGIS deletes what dressed it."""

from qgis.core import QgsProcessingContext, QgsProject

from actif_plugin.processing.presentation import ANSWERS, present


def test_a_presentation_serves_run_after_run(provider) -> None:
    project = QgsProject()
    for _ in range(3):
        context = QgsProcessingContext()
        context.setProject(project)
        for destination in ("one", "two"):
            details = QgsProcessingContext.LayerDetails("name", project, "OUTPUT")
            context.addLayerToLoadOnCompletion(destination, details)
            present(context, destination, ANSWERS)
            shown = context.layerToLoadOnCompletionDetails(destination)
            assert shown.postProcessor() is not None
        # As after each run: the context goes, and QGIS deletes what it was given.
        del shown, details, context
