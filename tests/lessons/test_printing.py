"""Whether a cell prints anything, told from its code."""

import pytest

from tinyvision.lessons.printing import may_print, printing_functions


@pytest.mark.parametrize(
    "code",
    [
        "print(1)",
        "if x:\n    print(1)",
        "predict('How many?', 2)",
        "x = [print(i) for i in range(3)]",
        "x = 1\nx",
        "x.round(2)",
        "views.image(x)",
        "def f():\n    print(1)\n\nprint(2)",
    ],
)
def test_a_cell_may_print(code):
    assert may_print(code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "x = 1",
        "import numpy as np",
        "# print(1)",
        "def f():\n    print(1)",
        "f = lambda: print(1)",
        "x = 1\nassert x == 1",
        "np.testing.assert_allclose(1, 1)",
        "show(figure, 'name', 'a caption')",
        "tv.set_num_threads(1)",
    ],
)
def test_a_cell_prints_nothing(code):
    assert not may_print(code)


def test_a_function_that_prints_makes_the_cell_print_that_calls_it():
    first = "def tell():\n    print(1)\n\ndef through():\n    tell()\n\ndef silent():\n    return 1"
    printing = printing_functions([first, "x = = 2"])
    assert printing == {"tell", "through"}
    assert may_print("x = through()", printing)
    assert not may_print("x = silent()", printing)
