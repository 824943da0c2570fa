"""The cases of layers, one file a family."""
