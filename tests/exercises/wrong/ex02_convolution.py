"""Wrong answers to exercise 02: what the check says of each, and the program."""


def sizes(down, across, row="i * stride", column="j * stride", value="(window * kernel).sum()"):
    """The exercise's loops with these expressions."""
    return f"""
def convolve(image, kernel, stride=1):
    height, width = image.shape
    rows, columns = kernel.shape
    output = np.zeros(({down}, {across}))
    for i in range(output.shape[0]):
        for j in range(output.shape[1]):
            top, left = {row}, {column}
            window = image[top : top + rows, left : left + columns]
            output[i, j] = {value}
    return output
"""


RIGHT = "(height - rows) // stride + 1", "(width - columns) // stride + 1"

WRONG = {
    "too short": (
        "a row and a column short",
        sizes("(height - rows) // stride", "(width - columns) // stride"),
    ),
    "only the height mended": ("a column short", sizes(RIGHT[0], "(width - columns) // stride")),
    "only the width mended": ("a row short", sizes("(height - rows) // stride", RIGHT[1])),
    "+ 1 before the division": (
        "inside the division",
        sizes("(height - rows + 1) // stride", "(width - columns + 1) // stride"),
    ),
    "too many": ("Too many windows", sizes("height // stride", "width // stride")),
    "rounded up": (
        "rounds up",
        sizes(
            "int(np.ceil((height - rows) / stride)) + 1",
            "int(np.ceil((width - columns) / stride)) + 1",
        ),
    ),
    "windows one apart": ("i \\* stride", sizes(*RIGHT, "i", "j")),
    "stride added": (r"i \+ stride instead", sizes(*RIGHT, "i + stride", "j + stride")),
    "flipped kernel": (
        "flipped",
        sizes(*RIGHT, value="np.sum(window * np.flip(kernel))"),
    ),
    "transposed kernel": ("transposed", sizes(*RIGHT, value="np.sum(window * kernel.T)")),
    "averaged": ("averaged", sizes(*RIGHT, value="(window * kernel).mean()")),
    "stride forgotten": (
        "stride is left out",
        sizes("height - rows + 1", "width - columns + 1", "i", "j"),
    ),
    "stride for rows only": ("rows only", sizes(RIGHT[0], "width - columns + 1", column="j")),
    "matrix product": ("matrix product", sizes(*RIGHT, value="np.dot(window, kernel).sum()")),
}
