"""Exercise 01, solved."""


class Value:
    """A number, what it was made of, and the derivative of the end result by it."""

    def __init__(self, data, inputs=(), rule=None):
        self.data = data
        self.inputs = inputs  # the Values it was made of; none if it was just written down
        self.rule = rule  # rule(g) gives a tuple, one number for each input
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), lambda g: (g, g))

    def __mul__(self, other):
        # The product grows by other.data when self grows by 1, and the other way round.
        return Value(
            self.data * other.data,
            (self, other),
            lambda g: (g * other.data, g * self.data),
        )

    def backward(self):
        """Give every Value that self was made of its .grad: the derivative of self by it."""
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for value in node.inputs:
                    visit(value)
                order.append(node)  # after its inputs

        visit(self)
        self.grad = 1.0
        for node in reversed(order):  # before its inputs, after everything made of it
            if node.rule is not None:
                for value, gradient in zip(node.inputs, node.rule(node.grad)):
                    value.grad += gradient


if __name__ == "__main__":
    a, b = Value(2.0), Value(3.0)
    c = a * b + a
    c.backward()
    print("c:", c.data, " dc/da:", a.grad, " dc/db:", b.grad)
