"""Readers of outside data: they hand over plain records, and say which rows they refuse."""
