"""What Act'IF knows about codes, distances, matches and coverage, without QGIS."""
