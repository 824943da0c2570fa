"""Experiments on real data: each one command, which prints and saves all it finds.

Each can be killed and started again; it goes on where it was.
"""
