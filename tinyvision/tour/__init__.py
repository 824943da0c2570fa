"""The tour: everything the project does, once, in under two minutes."""

from .tour import run_tour

__all__ = ["run_tour"]
