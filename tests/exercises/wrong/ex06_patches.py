"""Wrong answers to exercise 06: what the check says of each, and the program."""


def six_axes(axes, last="n, (h // size) * (w // size), -1"):
    """Reshape to six axes, transpose, reshape."""
    return f"""
def patchify(images, size):
    n, c, h, w = images.shape
    x = images.reshape(n, c, h // size, size, w // size, size)
    return x.transpose({axes}).reshape({last})
"""


def loops(patch, step="size"):
    """Loops that cut patches one after the other."""
    return f"""
def patchify(images, size):
    result = []
    for image in images:
        rows = []
        for i in range(0, image.shape[1] - size + 1, {step}):
            for j in range(0, image.shape[2] - size + 1, {step}):
                patch = image[:, i : i + size, j : j + size]
                rows.append({patch})
        result.append(rows)
    return np.array(result)
"""


WRONG = {
    "reshape alone": (
        "reshape alone",
        """
def patchify(images, size):
    n, c, h, w = images.shape
    return images.reshape(n, (h // size) * (w // size), size * size * c)
""",
    ),
    "channels first": ("channels come first", loops("patch.reshape(-1)")),
    "channels first, transposed": ("channels come first", six_axes("0, 2, 4, 1, 3, 5")),
    "channels before patches": ("stand before the patches", six_axes("0, 1, 2, 4, 3, 5")),
    "columns of patches": ("column by column; reading order", six_axes("0, 4, 2, 3, 5, 1")),
    "columns of pixels": ("pixels of a patch come column by column", loops("patch.T.ravel()")),
    "both transposed": ("the image is transposed", six_axes("0, 4, 2, 5, 3, 1")),
    "axes mixed": ("Axes of patches and of pixels are mixed", six_axes("0, 2, 3, 4, 5, 1")),
    "pixels before patches": ("one pixel of every patch", six_axes("0, 3, 5, 2, 4, 1")),
    "row in the patch first": (
        "in this order",
        """
def patchify(images, size):
    n, c, h, w = images.shape
    x = images.reshape(n, c, size, h // size, size, w // size)
    return x.transpose(0, 3, 5, 2, 4, 1).reshape(n, -1, size * size * c)
""",
    ),
    "squares": ("still a square", loops("patch.transpose(1, 2, 0)")),
    "overlapping": ("overlap", loops("patch.transpose(1, 2, 0).ravel()", step="1")),
    "images joined": (
        "images are joined",
        six_axes("0, 2, 4, 3, 5, 1", last="-1, size * size * c"),
    ),
}
