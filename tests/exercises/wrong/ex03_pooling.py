"""Wrong answers to exercise 03: what the check says of each, and the program."""


def each_window(body):
    """Two loops over the windows, and what is done with each."""
    return f"""
def max_pool_backward(image, g, size=2):
    gradient = np.zeros(image.shape)
    for i in range(g.shape[0]):
        for j in range(g.shape[1]):
            rows, columns = slice(i * size, i * size + size), slice(j * size, j * size + size)
            window = image[rows, columns]
            row, column = np.unravel_index(window.argmax(), window.shape)
            {body}
    return gradient
"""


WRONG = {
    "all equal maxima": (
        "all equal maxima",
        each_window("gradient[rows, columns] = np.where(window == window.max(), g[i, j], 0)"),
    ),
    "shared by equal maxima": (
        "shared out among equal maxima",
        each_window(
            "m = window == window.max(); gradient[rows, columns] = m * g[i, j] / np.sum(m)"
        ),
    ),
    "the last of equals": (
        "Of equal maxima the last",
        each_window(
            "best = [(r, c) for r in range(size) for c in range(size)"
            " if window[r, c] == window.max()][-1]\n"
            "            gradient[i * size + best[0], j * size + best[1]] = g[i, j]"
        ),
    ),
    "average pooling": (
        "average pooling",
        each_window("gradient[rows, columns] = g[i, j] / size**2"),
    ),
    "everyone gets it": ("Every pixel", each_window("gradient[rows, columns] = g[i, j]")),
    "1 instead of g": (
        "gets 1",
        each_window("gradient[i * size + row, j * size + column] = 1"),
    ),
    "times the maximum": (
        "unmultiplied",
        each_window("gradient[i * size + row, j * size + column] = g[i, j] * window.max()"),
    ),
    "the pixel itself": (
        "its own value",
        each_window("gradient[i * size + row, j * size + column] = image[rows, columns].max()"),
    ),
    "the window's place forgotten": (
        "counted within its window",
        each_window("gradient[row, column] = g[i, j]"),
    ),
    "the window's place forgotten, added": (
        "counted within its window",
        each_window("gradient[row, column] += g[i, j]"),
    ),
    "no size in the place": (
        r"at row i \* size of the image",
        each_window("gradient[i + row, j + column] = g[i, j]"),
    ),
    "row and column swapped": (
        "swapped",
        each_window("gradient[i * size + column, j * size + row] = g[i, j]"),
    ),
    "the smallest": (
        "smallest",
        each_window(
            "row, column = divmod(window.argmin(), size); "
            "gradient[i * size + row, j * size + column] = g[i, j]"
        ),
    ),
}
