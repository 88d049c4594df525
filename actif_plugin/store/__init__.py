"""The territory database: one schema, its writers, and the QGIS project built on it."""
