"""What an adviser has at hand in the window."""
