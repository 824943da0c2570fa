"""Wrong answers to exercise 12: what the check says of each, and the program."""


def loss(text):
    """The loss as an expression of p, t, m and the error of each patch, e."""
    return f"""
def masked_loss(p, t, m):
    e = np.square(p - t).mean(-1)
    return {text}
"""


WRONG = {
    "mask not used": ("mask is not used", loss("e.mean()")),
    "upside down": ("^The mask is upside down: it", loss("e[m == 0].sum() / (m == 0).sum()")),
    "divided by all": ("number of all patches", loss("np.mean(e * m)")),
    "added up": ("added up, but not divided", loss("np.sum(e * m)")),
    "by images": ("number of images", loss("np.sum(e * m) / len(p)")),
    "by image": (
        "for each image first",
        loss("((e * m).sum(1) / np.maximum(m.sum(1), 1)).mean()"),
    ),
    "numbers added up": (
        "a patch's numbers are added up",
        loss("(np.square(p - t).sum(-1) * m).sum() / m.sum()"),
    ),
    "absolute": (
        "not squared: this is the mean of its size",
        loss("np.abs(p - t)[m == 1].mean()"),
    ),
    "not squared": ("cancel", loss("(p - t)[m == 1].mean()")),
    "mask as an index": ("must hold truth values", loss("e[m].mean()")),
    "root": ("root is taken", loss("np.sqrt(e[m == 1].mean())")),
    "prediction masked only": (
        "a shown patch's target still counts",
        loss("(np.square(p * m[..., None] - t).mean(-1)).sum() / m.sum()"),
    ),
    "patch by patch": ("patch by patch", loss("e * m")),
}
