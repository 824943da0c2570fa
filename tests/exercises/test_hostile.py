"""Whatever a learner writes, the check answers in plain words."""

import pytest

from tinyvision.exercises.catalogue import exercise_named

ATTENTION = exercise_named("08")


def said(graded, code):
    result = graded(ATTENTION, code)
    assert not result.passed
    return result.failure


def function(*lines):
    body = "".join(f"    {line}\n" for line in lines)
    return f"import numpy as np\n\n\ndef attention(q, k, v):\n{body}"


RIGHT = (
    "s = q @ k.T / np.sqrt(q.shape[1])",
    "w = np.exp(s - s.max(1, keepdims=True))",
    "a = w / w.sum(1, keepdims=True) @ v",
)


def test_a_syntax_error_is_shown_with_its_line(graded):
    failure = said(graded, "def attention(q, k, v)\n    return q\n")
    assert failure.line == 1
    assert "SyntaxError" in failure.got
    assert "def attention(q, k, v)" in failure.got
    assert "bracket, colon or quote" in failure.cause


def test_an_indentation_error_is_told_from_other_syntax_errors(graded):
    failure = said(graded, "def attention(q, k, v):\nreturn q\n")
    assert failure.line == 2
    assert "count the spaces" in failure.cause


def test_a_file_that_is_no_text_is_an_error_of_the_file(graded):
    assert "SyntaxError" in said(graded, b"\xff\xfe\x00").got
    assert "null bytes" in said(graded, b"x = 1\n\x00").got


def test_an_import_that_fails_names_what_is_missing(graded):
    failure = said(graded, "import nunpy\n")
    assert "nunpy" in failure.got
    assert failure.line == 1
    assert "imports something that is not there" in failure.cause


def test_an_error_at_the_top_of_the_file_is_shown_with_its_line(graded):
    failure = said(graded, "x = 1\nx / 0\n")
    assert failure.line == 2
    assert "ZeroDivisionError" in failure.got


def test_a_function_that_is_not_there_is_missed_by_name(graded):
    failure = said(graded, "def atention(q, k, v):\n    return q\n")
    assert "no attention" in failure.got
    assert "rename it atention" in failure.got


def test_a_name_that_is_no_function_is_told_from_one(graded):
    assert "of type int" in said(graded, "attention = 3\n").got


def test_an_exception_is_shown_with_the_line_that_raised_it(graded):
    failure = said(graded, function("return q @ k @ v"))
    assert failure.line == 5
    assert "ValueError" in failure.got
    assert "line 5: return q @ k @ v" in failure.got
    assert "attention(q, k, k)" in failure.call


def test_a_name_that_is_not_defined_is_shown_with_its_line(graded):
    failure = said(graded, function("return softmax(q)"))
    assert "'softmax'" in failure.got
    assert "not defined" in failure.cause


def test_an_error_without_words_keeps_its_name(graded):
    assert "AssertionError" in said(graded, function("assert False")).got


def test_an_error_that_cannot_be_printed_is_named(graded):
    code = "class Odd(Exception):\n    def __str__(self):\n        return 1 / 0\n\n"
    assert "Odd" in said(graded, code + function("raise Odd")).got


def test_recursion_without_end_is_named(graded):
    assert "calls itself" in said(graded, function("return attention(q, k, v)")).cause


@pytest.mark.parametrize("call", ["exit()", "raise SystemExit", "quit(3)"])
def test_a_program_that_ends_itself_does_not_end_the_check(graded, call):
    assert "ends the program" in said(graded, function(call)).cause


def test_a_keyboard_interrupt_of_the_learners_is_an_error_like_others(graded):
    assert "KeyboardInterrupt" in said(graded, function("raise KeyboardInterrupt")).got


def test_print_without_return_is_recognised_and_what_was_printed_shown(graded):
    failure = said(graded, function("print('the answer', len(q))"))
    assert failure.got == "None"
    assert "did you mean to return it" in failure.cause
    assert failure.printed == "the answer 1\n"


def test_nothing_returned_and_nothing_printed_is_another_case(graded):
    assert "did you forget it" in said(graded, function("a = 1")).cause


def test_an_ellipsis_is_something_still_to_do(graded):
    failure = said(graded, function("return ..."))
    assert failure.got == "nothing yet"
    assert "still to be done" in failure.cause


def test_a_wrong_shape_is_named_beside_the_right_one(graded):
    failure = said(graded, function("return np.zeros((3, 1))"))
    assert "an array of shape (3, 1) where (1, 4) is wanted" in failure.got


def test_a_transposed_answer_is_recognised(graded):
    failure = said(graded, function(*RIGHT, "return a.T"))
    assert "Rows and columns are swapped" in failure.cause


@pytest.mark.parametrize(
    ("value", "kind"), [("'text'", "a str"), ("{}", "a dict"), ("(x for x in q)", "a generator")]
)
def test_an_answer_that_is_no_array_is_named(graded, value, kind):
    failure = said(graded, function(f"return {value}"))
    assert f"{kind}, and no array of numbers" in failure.got
    assert "Return one NumPy array" in failure.cause


def test_a_list_of_lists_is_as_good_as_an_array(graded):
    assert graded(ATTENTION, function(*RIGHT, "return a.tolist()")).passed


def test_single_precision_is_precise_enough(graded):
    assert graded(ATTENTION, function(*RIGHT, "return a.astype(np.float32)")).passed


def test_a_ragged_list_is_no_array(graded):
    assert "a list, and no array" in said(graded, function("return [[1], [1, 2]]")).got


def test_an_argument_changed_in_place_is_noticed(graded):
    failure = said(graded, function("q /= np.sqrt(q.shape[1])", *RIGHT, "return a"))
    assert failure.got == "the argument q, changed"
    assert "in place" in failure.cause


def test_other_parameters_are_noticed_before_the_call(graded):
    failure = said(graded, "def attention(q, k):\n    return q\n")
    assert "attention(q, k) cannot be called as attention(q, k, v)" in failure.got


def test_parameters_may_be_called_anything(graded):
    code = function(*RIGHT, "return a").replace("(q, k, v):", "(a, b, c):\n    q, k, v = a, b, c")
    assert graded(ATTENTION, code).passed


def test_answers_that_differ_from_call_to_call_are_noticed(graded):
    failure = said(graded, function(*RIGHT, "return a + np.random.normal()"))
    assert "another answer the second time" in failure.cause


def test_something_kept_between_calls_is_noticed(graded):
    kept = function("seen.append(1)", *RIGHT, "return a * len(seen)")
    failure = said(graded, kept.replace("def att", "seen = [1]\n\n\ndef att"))
    assert "keep something from one call to the next" in failure.cause


def test_nan_comes_with_numpys_warning_and_its_line(graded):
    failure = said(graded, function("return np.log(0 * q)"))
    assert "nan or inf" in failure.cause
    assert "divide by zero encountered in log (line 5)" in failure.cause


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("return -a", "sign is wrong"),
        ("return 3 * a", "3 times what it should be"),
        ("return 0 * a", "Everything is 0"),
        ("return a[:, ::-1]", "right numbers in the wrong places"),
    ],
)
def test_patterns_in_the_numbers_are_recognised_where_no_known_mistake_fits(graded, change, says):
    assert says in said(graded, function(*RIGHT, change)).cause


def test_a_right_answer_that_prints_passes(graded):
    assert graded(ATTENTION, function("print('x' * 5000)", *RIGHT, "return a")).passed


def test_a_file_may_hold_dataclasses_and_import_its_neighbour(graded, tmp_path):
    (tmp_path / "neighbour.py").write_text("import numpy as np\n")
    code = function(*RIGHT, "return a").replace(
        "import numpy as np",
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "from neighbour import np\n\n@dataclass\nclass Pair:\n    one: int\n",
    )
    assert graded(ATTENTION, code).passed


def test_a_difference_too_small_to_be_seen_is_shown_with_more_digits(graded):
    failure = said(graded, function(*RIGHT, "return a * 1.00001"))
    assert failure.got != failure.expected


def test_the_smallest_failure_is_small(graded):
    """Wrong for values of -3 only: what is shown has one query, one key, and that value."""
    failure = said(graded, function(*RIGHT, "return a + (v == -3).any()"))
    assert "v = array([[-3.]])" in failure.call
