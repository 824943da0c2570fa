"""The tour: everything the project does, once, in a few minutes."""

from .tour import run_tour

__all__ = ["run_tour"]
