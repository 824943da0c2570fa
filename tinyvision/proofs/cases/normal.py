"""Gradient cases of tinyvision/ops/elementwise/normal.py."""

from tinyvision.ops.elementwise.normal import normal_density

from ..case import arrays, elementwise

CASES = [
    elementwise("normal_cdf", lambda shape: arrays(shape, -3.0, 3.0)),
    elementwise("normal_density", primitive=None, function=normal_density),
]
