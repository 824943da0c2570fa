"""Gradient cases of tinyvision/ops/elementwise/exponential.py."""

from ..case import arrays, elementwise


def positive(shape):
    return arrays(shape, 0.2, 4.0)


CASES = [
    elementwise("exp"),
    elementwise("exp2"),
    elementwise("expm1"),
    elementwise("log", positive),
    elementwise("log2", positive),
    elementwise("log10", positive),
    elementwise("log1p", lambda shape: arrays(shape, -0.8, 3.0)),
]
