"""Wrong answers to exercise 04: what the check says of each, and the program."""


def loop(velocity, step, before="v = 0 * x", first="g = gradient(x)", end="return np.array(path)"):
    """The exercise's loop with these lines."""
    return f"""
def descend(gradient, x, lr, momentum, steps):
    path = [x]
    {before}
    for _ in range(steps):
        {first}
        {velocity}
        {step}
        path.append(x)
    {end}
"""


RIGHT, STEP = "v = momentum * v + g", "x = x - lr * v"

WRONG = {
    "plain descent": ("momentum is left out", loop("v = g", STEP)),
    "velocity begins anew": (
        "momentum is left out",
        loop("v = 0 * x\n        v = momentum * v + g", STEP),
    ),
    "running mean": (
        "Adam's running mean",
        loop("v = momentum * v + (1 - momentum) * g", STEP),
    ),
    "momentum weakens g": (
        "the old velocity that momentum weakens",
        loop("v = v + momentum * g", STEP),
    ),
    "no friction": ("old velocity stays whole", loop("v = v + g", STEP)),
    "uphill": ("x goes uphill", loop(RIGHT, "x = x + lr * v")),
    "minus and minus": ("x goes uphill", loop("v = momentum * v - g", STEP)),
    "lr twice": ("lr is used twice", loop("v = momentum * v + lr * g", STEP)),
    "no lr": ("lr is left out", loop(RIGHT, "x = x - v")),
    "Nesterov": ("Nesterov", loop(RIGHT, "x = x - lr * (g + momentum * v)")),
    "stale gradient": (
        "taken at the start only",
        loop(RIGHT, STEP, before="v, g = 0 * x, gradient(x)", first="pass"),
    ),
    "last place only": ("Only the last place", loop(RIGHT, STEP, end="return x")),
    "last place missing": ("last place is missing", loop(RIGHT, STEP, end="return path[:-1]")),
    "start missing": ("start is missing", loop(RIGHT, STEP, end="return np.array(path[1:])")),
    "one array, again and again": (
        "the last place again and again",
        loop(RIGHT, "x -= lr * v", before="v = 0 * x; x = x.copy(); path = [x]"),
    ),
    "changes the start": ("changes x in place", loop(RIGHT, "x -= lr * v")),
}
