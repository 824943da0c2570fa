"""Predictions held against answers."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.lessons.answers import (
    Unreadable,
    Verdict,
    asked_for,
    compare,
    plain,
    read_number,
    shown,
)


@pytest.mark.parametrize(
    ("guess", "answer"),
    [
        ("42", 42),
        (" 42. ", 42),
        ("-4", -4),
        ("−4", -4),
        ("61,706", 61706),
        ("1,234,567", 1234567),
        ("3*3*16 + 16", 160),
        ("3×3×16 + 16", 160),
        ("2^10", 1024),
        ("2**10", 1024),
        ("37", np.float32(37)),
        ("1e-3", 0.001),
        ("1/3", 1 / 3),
        ("exp(14) / (exp(14) + exp(10))", 0.9820137900379085),
        ("sqrt(2)", 2**0.5),
        ("√2", 2**0.5),
        ("98%", 0.982),
        ("0.98", 0.982014),  # within one per cent
        ("2.0", 2.035972),  # to the digits given
        ("0", 0.0),
        ("7", tv.tensor(7)),
    ],
)
def test_a_number_is_right(guess, answer):
    assert compare(guess, answer).right


@pytest.mark.parametrize(
    ("guess", "answer"),
    [
        ("41", 42),
        ("61707", 61706),  # a whole number must be met, near is not enough
        ("37.2", np.float32(37)),
        ("2", 2.035972),  # one digit is a guess
        ("0.97", 0.982014),
        ("0.001", 0.0),
        ("98", 0.982),
        ("1", 0.0),
    ],
)
def test_a_number_is_wrong(guess, answer):
    assert not compare(guess, answer).right


@pytest.mark.parametrize(
    ("guess", "note"),
    [
        ("4", "the size is right, the sign is not"),
        ("-5", "it is greater"),
        ("3", "it is smaller"),
    ],
)
def test_a_wrong_number_gets_a_word_that_helps(guess, note):
    assert compare(guess, -4).note == note


def test_a_number_that_is_a_name_is_only_right_or_wrong():
    assert compare(" 6. ", "6").right
    assert compare("3", "6") == Verdict(False)
    assert asked_for("6") == "a number"
    with pytest.raises(Unreadable, match="'six' is not a number"):
        compare("six", "6")


@pytest.mark.parametrize(
    "guess",
    [
        "",
        "many",
        "1 2",
        "__import__('os')",
        "x",
        "1/0",
        "(-8)**0.5",
        "9**9**9",
        "1e999",
        "True",
        "(",
    ],
)
def test_what_is_no_number_is_unreadable(guess):
    with pytest.raises(Unreadable, match="is not a"):
        compare(guess, 42)


@pytest.mark.parametrize(
    "guess",
    [
        "37 47 67 77",
        "37, 47, 67, 77",
        "[[37, 47], [67, 77]]",
        "(37, 47, 67, 77)",
        "37 47; 67 77",
        "37.0,47.0,67.0,77.0",
    ],
)
def test_several_numbers_are_right_however_they_are_written(guess):
    assert compare(guess, np.array([[37, 47], [67, 77]])).right


@pytest.mark.parametrize("guess", ["1x6x28x28", "1×6×28×28", "1 x 6 x 28 x 28", "(1, 6, 28, 28)"])
def test_a_shape_is_read(guess):
    assert compare(guess, (1, 6, 28, 28)).right


def test_of_several_wrong_numbers_it_is_said_how_many_are_right():
    assert compare("37 47 67 78", [37, 47, 67, 77]).note == "3 of the 4 numbers are right"
    assert compare("1 2", (3, 4)).note == "none of the 2 numbers are right"
    assert compare("3 9", (3, 4)).note == "1 of the 2 numbers is right"


def test_another_number_of_numbers_is_unreadable():
    with pytest.raises(Unreadable, match="4 numbers are asked for, got 3"):
        compare("1 2 3", [1, 2, 3, 4])


def test_several_numbers_have_their_tolerance_each():
    assert compare("0.98 0.018", tv.tensor([0.982, 0.018])).right
    assert not compare("0.98 0.2", tv.tensor([0.982, 0.018])).right


@pytest.mark.parametrize("guess", ["yes", "Y", "true", " YES. ", "1"])
def test_yes_is_yes(guess):
    assert compare(guess, True).right
    assert not compare(guess, np.bool_(False)).right


@pytest.mark.parametrize("guess", ["no", "N", "false", "0"])
def test_no_is_no(guess):
    assert compare(guess, False).right
    assert not compare(guess, True).right


def test_neither_yes_nor_no_is_unreadable():
    with pytest.raises(Unreadable, match="'maybe' is neither yes nor no"):
        compare("maybe", True)


@pytest.mark.parametrize("guess", ["The CNN", "the cnn", "  THE   CNN.", "b", "the c"])
def test_a_choice_is_met_by_its_words_their_beginning_or_its_letter(guess):
    assert compare(guess, "the CNN", ["the ViT", "the CNN"]).right


def test_a_choice_can_be_wrong():
    assert not compare("a", "the CNN", ["the ViT", "the CNN"]).right


@pytest.mark.parametrize("guess", ["the", "c", "", "something"])
def test_what_is_no_choice_or_could_be_several_is_unreadable(guess):
    with pytest.raises(Unreadable, match="one of: the ViT, the CNN"):
        compare(guess, "the CNN", ["the ViT", "the CNN"])


def test_a_choice_whose_words_are_a_letter_goes_before_the_letter_of_another():
    assert compare("b", "b", ["b", "a"]).right


def test_choices_may_be_numbers():
    assert compare("16", 16, [8, 16]).right
    assert not compare("8", 16, [8, 16]).right


def test_a_word_is_compared_without_regard_to_case_and_spaces():
    assert compare(" Softmax ", "softmax").right
    assert not compare("relu", "softmax").right


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (True, "yes"),
        (3, "3"),
        (61706, "61,706"),
        (0.98201379, "0.982014"),
        (np.float32(37), "37"),
        ("first", "first"),
        ((1, 6), "(1, 6)"),
        ([1, 2.5], "[1, 2.5]"),
        (np.array([[37, 47], [67, 77]]), "[[37, 47], [67, 77]]"),
        (tv.tensor([1.0, 2.0]), "[1, 2]"),
    ],
)
def test_an_answer_is_shown_as_one_writes_it(answer, text):
    assert shown(answer) == text


def test_what_is_to_be_typed_is_said():
    assert asked_for(1) == asked_for(np.array([1.5])) == "a number"
    assert asked_for((1, 2, 3)) == "3 numbers"
    assert asked_for("relu") == "a word"


@pytest.mark.parametrize("answer", [None, {"a": 1}, object(), [[1], [2, 3]], ["a", "b"], 1j])
def test_what_nobody_could_type_is_no_answer(answer):
    with pytest.raises(TypeError, match="an answer is a number"):
        plain(answer)


def test_an_answer_is_small_and_finite():
    with pytest.raises(ValueError, match=r"from 1 to 64 numbers.*got 100"):
        plain(np.zeros(100))
    with pytest.raises(ValueError, match="finite"):
        plain(float("nan"))


def test_a_number_is_read_as_python_reads_it():
    for text in ("-2**2", "2*(3+4)/5", "+7", "1.5e3", "10-2-3"):
        assert read_number(text) == eval(text)
