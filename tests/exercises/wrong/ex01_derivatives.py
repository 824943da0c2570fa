"""Wrong answers to exercise 01: what the check says of each, and the program."""


def rule(text):
    """A product whose rule is this expression of g, self and other; backward is right."""
    return f"""
def __mul__(self, other):
    return Value(self.data * other.data, (self, other), lambda g: {text})

Value.__mul__ = __mul__
"""


def walk(text):
    """A backward of its own; the product is right."""
    return f"{text}\nValue.backward = backward\n"


WRONG = {
    "forgets g": ("forgets g", rule("(other.data, self.data)")),
    "swapped": ("swapped", rule("(g * self.data, g * other.data)")),
    "like a sum": ("that of a sum", rule("(g, g)")),
    "the whole product": (
        "the product of both",
        rule("(self.data * other.data * g, self.data * other.data * g)"),
    ),
    "overwrites": (
        r"\+=",
        walk("""
def backward(self):
    order = []
    def visit(v):
        if v not in order:
            [visit(i) for i in v.inputs]
            order.append(v)
    visit(self)
    self.grad = 1.0
    for v in reversed(order):
        if v.rule:
            for i, g in zip(v.inputs, v.rule(v.grad)):
                i.grad = g
"""),
    ),
    "never starts": (
        "which is 1.0",
        walk("""
def backward(self):
    order = []
    def visit(v):
        if v not in order:
            [visit(i) for i in v.inputs]
            order.append(v)
    visit(self)
    for v in reversed(order):
        if v.rule:
            for i, g in zip(v.inputs, v.rule(v.grad)):
                i.grad += g
"""),
    ),
    "from the beginning": (
        "from its beginning",
        walk("""
def backward(self):
    order = []
    def visit(v):
        if v not in order:
            [visit(i) for i in v.inputs]
            order.append(v)
    visit(self)
    self.grad = 1.0
    for v in order:
        if v.rule:
            for i, g in zip(v.inputs, v.rule(v.grad)):
                i.grad += g
"""),
    ),
    "one level": (
        "Only the inputs of the end result",
        walk("""
def backward(self):
    self.grad = 1.0
    for i, g in zip(self.inputs, self.rule(1.0)):
        i.grad += g
"""),
    ),
    "hands on again what it has handed on": (
        "each time it is met",
        walk("""
def backward(self):
    def go(v):
        if v.rule is None:
            return
        for i, g in zip(v.inputs, v.rule(v.grad)):
            i.grad += g
            go(i)
    self.grad = 1.0
    go(self)
"""),
    ),
    "depth first, once": (
        "topological order",
        walk("""
def backward(self):
    done = []
    def go(v):
        if v in done:
            return
        done.append(v)
        if v.rule:
            for i, g in zip(v.inputs, v.rule(v.grad)):
                i.grad += g
            for i in v.inputs:
                go(i)
    self.grad = 1.0
    go(self)
"""),
    ),
    "level by level": (
        "level by level",
        walk("""
def backward(self):
    self.grad = 1.0
    queue, met = [self], [self]
    while queue:
        v = queue.pop(0)
        if v.rule:
            for i, g in zip(v.inputs, v.rule(v.grad)):
                i.grad += g
        for i in v.inputs:
            if i not in met:
                met.append(i)
                queue.append(i)
"""),
    ),
    "two mistakes": (
        r"swapped.*\+=",
        rule("(g * self.data, g * other.data)")
        + walk("""
def backward(self):
    order = []
    def visit(v):
        if v not in order:
            [visit(i) for i in v.inputs]
            order.append(v)
    visit(self)
    self.grad = 1.0
    for v in reversed(order):
        if v.rule:
            for i, g in zip(v.inputs, v.rule(v.grad)):
                i.grad = g
"""),
    ),
}
