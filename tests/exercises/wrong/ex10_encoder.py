"""Wrong answers to exercise 10: what the check says of each, and the program."""


def rule(text, s="np.sqrt(np.mean((x - m(x)) ** 2, 1, keepdims=True) + eps)"):
    """The rule as an expression of g, y, s, x and m, the mean along a row."""
    return f"""
def layer_norm_backward(x, g, eps=1e-5):
    def m(a):
        return np.mean(a, axis=1, keepdims=True)
    s = {s}
    y = (x - m(x)) / s
    return {text}
"""


RIGHT = "(g - m(g) - y * m(g * y)) / s"

WRONG = {
    "divided only": ("Both terms", rule("g / s")),
    "no mean": ("term of the mean is missing", rule("(g - y * m(g * y)) / s")),
    "no variance": ("term of the variance is missing, or", rule("(g - m(g)) / s")),
    "no factor y": ("lacks its factor y", rule("(g - m(g) - m(g * y)) / s")),
    "mean of each": ("The mean is of the product", rule("(g - m(g) - y * m(g) * m(y)) / s")),
    "x for y": (
        "has x where the normalised y belongs",
        rule("(g - m(g) - x * m(g * x)) / s"),
    ),
    "sums": (
        "terms are sums",
        rule("(g - g.sum(1, keepdims=True) - y * (g * y).sum(1, keepdims=True)) / s"),
    ),
    "not divided": ("division by s is missing", rule("g - m(g) - y * m(g * y)")),
    "by the variance": (
        "by the variance",
        rule("(g - m(g) - y * m(g * y)) / (s * s)"),
    ),
    "sign of the variance": (
        "term of the variance has the wrong sign",
        rule("(g - m(g) + y * m(g * y)) / s"),
    ),
    "axis 0": (
        "along the wrong axis",
        rule("(g - g.mean(0) - y * (g * y).mean(0)) / s"),
    ),
    "no keepdims": ("keepdims=True", rule("(g - g.mean(1) - y * m(g * y)) / s")),
    "D - 1": (
        "divided by D - 1",
        rule(RIGHT, s="np.sqrt(x.var(1, ddof=1, keepdims=True) + eps)"),
    ),
    "no eps": ("eps is left out", rule(RIGHT, s="x.std(1, keepdims=True)")),
    "forward": (
        "This is y",
        "def layer_norm_backward(x, g, eps=1e-5):\n    return layer_norm(x, eps)\n",
    ),
}
