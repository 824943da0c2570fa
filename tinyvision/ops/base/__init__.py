"""What all operations stand on: arguments made ready, broadcasting, choosing, products, blocks."""
