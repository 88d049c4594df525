"""What can go wrong with a territory, each told in a sentence that says what to do."""


class StoreError(Exception):
    """A territory cannot be created, opened or written; the message is for the user."""
