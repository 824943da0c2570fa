"""Normalisation over a batch, groups or the features of one example."""
