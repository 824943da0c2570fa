"""Pooling, and images made larger or smaller."""
