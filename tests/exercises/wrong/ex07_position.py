"""Wrong answers to exercise 07: what the check says of each, and the program."""


def adding(text):
    """A function that returns this expression."""
    return f"""
def add_position(patches, position):
    n, places, d = patches.shape
    return {text}
"""


WRONG = {
    "by image": ("to the whole image t", adding("patches + position.reshape(places, 1, d)")),
    "an axis behind": ("drop the extra axis", adding("patches + position[..., None]")),
    "transposed": ("transposed: its axes", adding("patches + position.T")),
    "transposed and reshaped": (
        "mixes its numbers",
        adding("patches + position.T.reshape(places, d)"),
    ),
    "the first for all": ("the first position", adding("patches + position[:1]")),
    "the mean for all": ("the mean of the positions", adding("patches + np.mean(position, 0)")),
    "multiplied": ("multiplied", adding("patches * position[None]")),
    "subtracted": ("subtracted", adding("patches - position")),
    "number of the place": (
        "number of the place",
        adding("patches + np.arange(places).reshape(-1, 1)"),
    ),
    "side by side": (
        "beside the patches' numbers",
        adding("np.concatenate([patches, np.tile(position, (n, 1, 1))], -1)"),
    ),
    "first image only": (
        "first image only",
        adding("np.concatenate([patches[:1] + position, patches[1:]])"),
    ),
    "in place": (
        "changes patches in place",
        """
def add_position(patches, position):
    patches += position
    return patches
""",
    ),
}
