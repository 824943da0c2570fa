"""Read from and written to by index."""
