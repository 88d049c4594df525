"""The opportunity sheet: attribute forms built from the schema, and their widgets."""
