"""Wrong answers to exercise 08: what the check says of each, and the program."""


def steps(scores, weights, answer="weights @ v"):
    """Scores, weights, answer."""
    return f"""
def attention(q, k, v):
    scores = {scores}
    e = np.exp(scores - scores.max(1, keepdims=True))
    weights = {weights}
    return {answer}
"""


SCORES = "np.dot(q, k.T) / q.shape[-1] ** 0.5"
WEIGHTS = "e / e.sum(1)[:, None]"
COLUMNS = "np.exp(scores - scores.max(0)) / np.exp(scores - scores.max(0)).sum(0)"

WRONG = {
    "not scaled": (r"^The scores are not divided by √d\.$", steps("q @ k.T", WEIGHTS)),
    "wrong axis": ("^The softmax runs over the wrong axis", steps(SCORES, COLUMNS)),
    "both": ("not divided by √d. The softmax runs", steps("q @ k.T", COLUMNS)),
    "one axis each": ("along one axis and the sum along the other", steps(SCORES, "e / e.sum(0)")),
    "divided by d": ("by d, not by its square root", steps("q @ k.T / q.shape[1]", WEIGHTS)),
    "multiplied": (
        "multiplied by √d",
        steps("q @ k.T * np.sqrt(q.shape[1])", WEIGHTS),
    ),
    "by the number of keys": (
        "number of keys",
        steps("q @ k.T / np.sqrt(k.shape[0])", WEIGHTS),
    ),
    "over everything": (
        "all scores together",
        steps(SCORES, "np.exp(scores) / np.exp(scores).sum()"),
    ),
    "never divided by the sum": (
        "never divided by their sum",
        steps(SCORES, "np.exp(scores - scores.max(1)[:, None])"),
    ),
    "no softmax": ("no softmax", steps(SCORES, "scores")),
    "without exp": ("without exp", steps(SCORES, "scores / scores.sum(1)[:, None]")),
    "only the largest": (
        "Only the most similar key",
        steps(SCORES, "np.eye(len(k))[scores.argmax(1)]"),
    ),
    "scaled after the softmax": (
        "comes after the softmax",
        steps("q @ k.T", WEIGHTS + " / np.sqrt(q.shape[1])"),
    ),
    "weights returned": ("weights themselves", steps(SCORES, WEIGHTS, "weights")),
    "overflow": (
        "exp overflows",
        steps(SCORES, "np.exp(scores) / np.exp(scores).sum(1, keepdims=True)"),
    ),
    "largest along the wrong axis": (
        "taken away along axis 0",
        steps(
            SCORES,
            "np.exp(scores - scores.max(0)) / np.exp(scores - scores.max(0)).sum(1)[:, None]",
        ),
    ),
    "largest of all scores": (
        "largest of all scores",
        steps(
            SCORES,
            "np.exp(scores - np.max(scores)) / np.exp(scores - np.max(scores)).sum(1)[:, None]",
        ),
    ),
    "printed": (
        "did you mean to return",
        "def attention(q, k, v):\n    print(q @ k.T)\n",
    ),
}
