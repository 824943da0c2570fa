import json
import re

import pytest

import tinyvision as tv
from tinyvision.verify.records import Check, Row, Worked
from tinyvision.verify.report import Report
from tinyvision.verify.writing import show

KEYS = {"section", "quantity", "article", "computed", "agrees", "note"}


def check(difference, allowed=1e-12):
    return Check("conv2d", "route", "problem", "float64", difference, allowed, 1.0, 1.0, "at [0]")


def plain(value):
    if isinstance(value, list):
        return all(plain(part) for part in value)
    return value is None or type(value) in (int, float)


def evaluate(text):
    """The value of "1·2 + 3·4", of "2 + 12" or of "28 / 2"."""
    return eval(text.replace("·", "*"), {"__builtins__": {}})


@pytest.mark.parametrize(
    ("differences", "ok"), [([0.0, 1e-13], True), ([0.0, 1e-11], False), ([], False)]
)
def test_it_is_ok_when_all_operators_agree_and_there_are_some(differences, ok):
    assert Report([], [check(difference) for difference in differences]).ok is ok


def test_a_difference_that_is_no_number_is_not_ok():
    assert not Report([], [check(float("nan"))]).ok


@pytest.mark.parametrize("agrees", [True, False])
def test_what_the_article_prints_does_not_make_it_ok_or_not(agrees):
    worked = Worked("4.1", "", "", [], [Row("4.1", "y", 1, 2, agrees)])
    assert Report([worked], [check(0.0)]).ok
    assert not Report([worked], [check(1.0)]).ok


def test_the_article_is_wrong_and_the_operators_are_right(report):
    assert report.ok
    assert not all(row.agrees for row in report.rows)


def test_json_is_a_list_of_objects_with_exactly_these_keys(report):
    objects = json.loads(report.to_json())
    assert len(objects) == len(report.rows)
    assert all(set(each) == KEYS for each in objects)


def test_json_holds_plain_values(report):
    for each in json.loads(report.to_json()):
        assert plain(each["article"])
        assert plain(each["computed"])
        assert type(each["agrees"]) is bool
        assert all(type(each[key]) is str for key in ("section", "quantity", "note"))


def test_json_is_ascii_and_reads_back_to_the_rows(report):
    text = report.to_json()
    assert text.isascii()
    assert [Row(**each) for each in json.loads(text)] == report.rows


@pytest.mark.parametrize("width", [72, 80, 120])
@pytest.mark.parametrize("ascii", [True, False])
def test_no_line_is_wider_than_the_page(report, width, ascii):
    lines = report.to_text(width=width, ascii=ascii).splitlines()
    assert max(map(len, lines)) == width
    assert all(line == line.rstrip() for line in lines)


def test_a_page_too_narrow_for_the_tables_is_refused(report):
    with pytest.raises(ValueError, match="width is 40, expected at least 72"):
        report.to_text(width=40)


def test_text_for_an_ascii_stream_is_ascii(report):
    text = report.to_text(ascii=True)
    assert text.isascii()
    assert "y12              47       47             yes" in text
    assert "y21              75       67             NO" in text


def test_otherwise_marks_show_who_agrees(report):
    text = report.to_text()
    assert "y12              47       47             ✓" in text
    assert "y21              75       67             ✗" in text


@pytest.mark.parametrize("ascii", [True, False])
def test_every_number_of_the_errata_is_in_the_text(report, ascii):
    words = set(re.split(r"[\s,;]+|\.(?=\s)", report.to_text(ascii=ascii)))
    numbers = (
        "35 47 75 87 37 67 77 30 23 33 53 63 26 20 28 14 10 0.82 0.18 0.982014 0.017986 0.997527 "
        "0.002473 0.999665 0.000335 2.36 1.18 3.64 2.82 2.035972 1.035972 3.964028 2.964028 1.36 "
        "2.64"
    )
    assert set(numbers.split()) - words == set()


def test_every_derivation_is_true_from_one_sign_to_the_next(report):
    written = [step for worked in report.examples for step in worked.steps]
    sums = [step for step in written if step.startswith(("y", "score", "alpha", "output"))]
    assert len(sums) == 4 + 2 + 2 + 2 + 4
    for step in sums:
        *_, sides = step.split(": ")
        values = [
            evaluate(side) for side in sides.split(" = ") if re.fullmatch(r"[-\d.·+/() ]+", side)
        ]
        assert len(values) >= 2, step
        assert values == pytest.approx([values[0]] * len(values), abs=2e-6), step


def test_the_exponentials_are_written_with_their_sum(report):
    [steps] = [worked.steps for worked in report.examples if worked.section == "4.2"]
    assert "exp(14) = 1202604" in steps
    assert "exp(10) = 22026.47" in steps
    assert "their sum = 1224631" in steps


def test_the_last_line_is_the_verdict(report):
    checks = len(report.operators)
    assert report.to_text().splitlines()[-1] == (
        f"OK: {checks} of {checks} operator checks agree; the article agrees in 2 of 13 rows."
    )


def test_a_failed_verdict_fits_its_line():
    operators = [check(1.0)] * 180
    lines = tv.verify.Report([], operators).to_text().splitlines()
    assert lines[-1].startswith("FAILED: 0 of 180 operator checks agree")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-3, "-3"), (1e-5, "0.00001"), (-0.5, "-0.5"), ([1, 0.25], "1, 0.25")],
)
def test_numbers_are_written_short(value, text):
    assert show(value) == text
