"""Exercise 01: a number that knows its derivative.

A Value remembers which Values it was made of, and a rule. The rule answers one question: if the
end result grows by g when this Value grows by 1, by how much does it grow when each input grows
by 1? For a sum, the answer is g for both: see __add__.

    a, b = Value(2.0), Value(3.0)
    c = a * b + a
    c.backward()
    a.grad, b.grad          4.0 (that is b + 1) and 2.0 (that is a)

No library is needed. Check it with: tinyvision check 01
"""


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
        # TODO 1: this is the rule of a sum. What is the rule of a product?
        return Value(self.data * other.data, (self, other), lambda g: (g, g))

    def backward(self):
        """Give every Value that self was made of its .grad: the derivative of self by it."""
        # TODO 2: three steps.
        #   1. List all Values that self was made of, and self, each once and after its inputs.
        #   2. The derivative of self by itself is 1.0.
        #   3. Go through the list from its end. The rule of each Value says what its inputs get.
        #      Who is used twice gets something twice.
        raise NotImplementedError("TODO 2")


if __name__ == "__main__":
    a, b = Value(2.0), Value(3.0)
    c = a * b + a
    c.backward()
    print("c:", c.data, " dc/da:", a.grad, " dc/db:", b.grad)
