"""How fast tinyvision is, as ratios; `python -m benchmarks --help`."""
