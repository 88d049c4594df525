"""Pieces of native expressions that several parts of the forms share."""

from __future__ import annotations


def joined(separator: str, *expressions: str) -> str:
    """Return the expression of several values written one after the other, without the NULLs."""
    known = f"array_filter(array({', '.join(expressions)}), @element IS NOT NULL)"
    return f"array_to_string({known}, '{separator}')"
