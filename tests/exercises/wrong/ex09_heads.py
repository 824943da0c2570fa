"""Wrong answers to exercise 09: what the check says of each, and the program."""


def split(text):
    """A split_heads of its own; merge_heads is right."""
    return f"def split_heads(x, heads):\n    places, d = x.shape\n    return {text}\n"


def merge(text):
    """A merge_heads of its own; split_heads is right."""
    return f"def merge_heads(x):\n    heads, places, d = x.shape\n    return {text}\n"


WRONG = {
    "split: reshape alone": (
        "split_heads: reshape alone",
        split("x.reshape(heads, places, d // heads)"),
    ),
    "split: not moved": (
        "not moved to the front",
        split("np.reshape(x, (places, heads, d // heads))"),
    ),
    "split: two reshapes": (
        "split_heads: reshape alone",
        split("x.reshape(places, heads, -1).reshape(heads, places, -1)"),
    ),
    "split: every second feature": (
        "every second",
        split("np.stack([x[:, h::heads] for h in range(heads)])"),
    ),
    "split: features before places": (
        "features and places are swapped",
        split("x.reshape(places, heads, -1).transpose(1, 2, 0)"),
    ),
    "split: transposed first": (
        "transposed before it is cut",
        split("x.T.reshape(heads, places, d // heads)"),
    ),
    "split: last head first": (
        "wrong order",
        split("x.reshape(places, heads, -1).transpose(1, 0, 2)[::-1]"),
    ),
    "merge: reshape alone": (
        "merge_heads: reshape alone",
        merge("x.reshape(places, heads * d)"),
    ),
    "merge: features first": (
        "features are moved before the heads",
        merge("x.transpose(1, 2, 0).reshape(places, -1)"),
    ),
    "merge: added up": ("added up", merge("x.sum(0)")),
    "merge: below each other": ("below each other", merge("np.vstack(x)")),
    "merge: last head first": ("wrong order", merge("np.hstack(x[::-1])")),
}
