"""Other examples, as data: nothing is special about the article's."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.verify import AttentionExample, ConvolutionExample, Expansion


def texts(numbers, digits=0):
    return [f"{number:.{digits}f}" for number in numbers]


def convolution(seed, kernel=(2, 3), image=(4, 5)):
    """A random example whose printed numbers are right."""
    rng = np.random.default_rng(seed)
    x, w = rng.integers(-9, 10, size=image), rng.integers(-9, 10, size=kernel)
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel)
    y = (windows * w).sum(axis=(2, 3))  # (OH, OW, KH, KW) -> (OH, OW)
    return x.tolist(), w.tolist(), y


def attention(seed, keys, d, out):
    """The steps of a random attention problem, as in any textbook."""
    rng = np.random.default_rng(seed)
    q, k = rng.integers(-3, 4, size=d), rng.integers(-3, 4, size=(keys, d))
    v = rng.integers(-9, 10, size=(keys, out))
    scores = k @ q
    powers = np.exp(scores / np.sqrt(d))
    weights = powers / powers.sum()
    return {
        "query": q.tolist(),
        "keys": k.tolist(),
        "values": v.tolist(),
        "scores": texts(scores),
        "scaled": texts(scores / np.sqrt(d), 9),
        "weights": texts(weights, 9),
        "output": texts(weights @ v, 9),
    }


@pytest.mark.parametrize("seed", range(5))
def test_a_right_convolution_agrees_throughout(seed):
    x, w, y = convolution(seed)
    report = tv.verify.run([ConvolutionExample("7", x, w, [texts(line) for line in y])], draws=1)
    assert report.ok
    assert [row.computed for row in report.rows] == y.ravel().tolist()
    assert all(row.agrees and not row.note for row in report.rows)


@pytest.mark.parametrize(("i", "j"), [(0, 0), (2, 1)])
def test_one_wrong_number_is_found_where_it_stands(i, j):
    x, w, y = convolution(9)
    printed = [texts(line) for line in y]
    printed[i][j] = str(y[i, j] + 1)
    worked = ConvolutionExample("7", x, w, printed).work_out()
    [wrong] = [row for row in worked.printed if not row.agrees]
    assert wrong.quantity == f"y{i + 1}{j + 1}"
    assert (wrong.article, wrong.computed) == (y[i, j] + 1, y[i, j])


def test_an_example_with_a_flipped_kernel_is_recognised():
    x, w, y = convolution(2)
    turned = np.array(w)[::-1, ::-1].tolist()
    worked = ConvolutionExample("7", x, turned, [texts(line) for line in y]).work_out()
    assert [row.agrees for row in worked.alternatives] == [True]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("keys", "d", "out"), [(2, 4, 4), (3, 5, 2), (5, 1, 1), (1, 3, 3)])
def test_a_right_attention_agrees_throughout(seed, keys, d, out):
    example = AttentionExample("7", **attention(seed, keys, d, out))
    report = tv.verify.run([example], draws=1)
    assert report.ok
    assert [row.quantity for row in report.rows if not row.agrees] == []
    assert len(report.rows) == 3 * keys + out


@pytest.mark.parametrize("name", ["scores", "scaled", "weights", "output"])
def test_a_wrong_step_of_attention_is_found(name):
    numbers = attention(1, keys=3, d=5, out=2)
    numbers[name][1] = str(float(numbers[name][1]) + 1)
    worked = AttentionExample("7", **numbers).work_out()
    names = {"scores": "score2", "scaled": "score2 / sqrt(d_k)", "weights": "alpha2"}
    wrong = [row.quantity for row in worked.printed if not row.agrees]
    assert wrong == [names.get(name, "output2")]


def test_a_sum_written_with_the_right_products_has_no_row_of_its_own():
    right = Expansion([(3, 1), (4, 2)], "10")
    worked = ConvolutionExample("7", [[1, 2]], [[3, 4]], [["10"]], {(0, 0): right}).work_out()
    assert [(row.quantity, row.note) for row in worked.printed if not row.agrees] == [
        ("y11", "The products written are right, but 3 + 8 is 11, not 10.")
    ]


def test_a_sum_written_with_other_products_that_add_up_has():
    wrong = Expansion([(3, 1), (4, 1)], "7")
    worked = ConvolutionExample("7", [[1, 2]], [[3, 4]], [["7"]], {(0, 0): wrong}).work_out()
    assert [(row.quantity, row.computed, row.agrees) for row in worked.printed] == [
        ("y11", 11, False),
        ("y11, as written", 7, True),
    ]
    assert (
        worked.printed[1].note == "The article multiplies by 1 and 1 where its formula has 1 and 2."
    )


@pytest.mark.parametrize(
    ("printed", "agrees"), [("0.98", True), ("0.982", True), ("0.9821", False), ("0.97", False)]
)
def test_agreement_is_to_the_digits_printed(printed, agrees):
    example = AttentionExample(
        "7", [2], [[2], [0]], [[1], [0]], ["4", "0"], [printed, "0.02"], ["0.98"], ["4", "0"]
    )  # softmax(4, 0) = 0.98201...
    [row] = [row for row in example.work_out().printed if row.quantity == "alpha1"]
    assert row.agrees is agrees


def test_printed_numbers_that_do_not_fit_the_output_are_refused():
    with pytest.raises(ValueError, match=r"printed has shape \(1, 1\), expected \(1, 2\)"):
        ConvolutionExample("7", [[1, 2]], [[3]], [["3"]])


@pytest.mark.parametrize(
    ("name", "expected"), [("scores", 3), ("scaled", 3), ("weights", 3), ("output", 2)]
)
def test_too_few_printed_numbers_are_refused(name, expected):
    numbers = attention(0, keys=3, d=2, out=2)
    numbers[name] = numbers[name][:1]
    with pytest.raises(ValueError, match=f"{name} has 1 numbers, expected {expected}: one for"):
        AttentionExample("7", **numbers)
