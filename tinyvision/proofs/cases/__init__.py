"""The cases of functions, one file a family."""
