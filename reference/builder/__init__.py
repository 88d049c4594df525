"""Build of the reference tables: what they are, where they come from, how they are checked."""
