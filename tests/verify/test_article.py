"""The errata of the article, worked out by hand."""

import pytest

SCALE = "The example leaves out the division by sqrt(4) = 2 that its own formula has."


@pytest.mark.parametrize(
    ("section", "quantity", "article", "formula"),
    [
        ("4.1", "y11", 35, 37),  # 1·1 + 2·2 + 3·4 + 4·5
        ("4.1", "y11, as written", 35, 30),  # 1·1 + 2·2 + 3·3 + 4·4
        ("4.1", "y12", 47, 47),
        ("4.1", "y21", 75, 67),
        ("4.1", "y22", 87, 77),
        ("4.1", "Y, if the kernel were flipped", [[35, 47], [75, 87]], [[23, 33], [53, 63]]),
        ("4.2", "score1", 26, 28),
        ("4.2", "score2", 20, 20),
        ("4.2", "score1 / sqrt(d_k)", None, 14),
        ("4.2", "score2 / sqrt(d_k)", None, 10),
        ("4.2", "alpha1", 0.82, 0.982014),  # 1 / (1 + exp(-4))
        ("4.2", "alpha2", 0.18, 0.017986),
        ("4.2", "output1", 2.36, 2.035972),
        ("4.2", "output2", 1.18, 1.035972),
        ("4.2", "output3", 3.64, 3.964028),
        ("4.2", "output4", 2.82, 2.964028),
        ("4.2", "alpha of 26 and 20, unscaled", [0.82, 0.18], [0.997527, 0.002473]),
        ("4.2", "alpha of 28 and 20, unscaled", [0.82, 0.18], [0.999665, 0.000335]),
        (
            "4.2",
            "output of the weights 0.82 and 0.18",
            [2.36, 1.18, 3.64, 2.82],
            [2.36, 1.36, 3.64, 2.64],
        ),
    ],
)
def test_a_row_holds_what_is_printed_and_what_the_formula_gives(
    rows, section, quantity, article, formula
):
    row = rows[section, quantity]
    assert row.article == article
    if section == "4.1":
        assert row.computed == formula
    else:
        assert row.computed == pytest.approx(formula, abs=5e-7)
    assert row.agrees is (quantity in {"y12", "score2"})


def test_only_two_of_the_printed_numbers_are_right(report):
    agreeing = [row.quantity for each in report.examples for row in each.printed if row.agrees]
    assert agreeing == ["y12", "score2"]


def test_the_printed_weights_are_those_of_the_printed_scores_divided_by_d_instead_of_its_root(rows):
    row = rows["4.2", "alpha of 26 and 20, divided by d_k = 4"]
    assert row.agrees
    assert row.computed == pytest.approx([0.817574, 0.182426], abs=5e-7)  # 1 / (1 + exp(-1.5))
    assert row.note == "This gives the printed numbers, but it is not the formula."


@pytest.mark.parametrize(
    ("section", "quantity", "note"),
    [
        ("4.1", "y11", "1·1 + 2·2 + 3·4 + 4·5 is 37, not 35."),
        (
            "4.1",
            "y11, as written",
            "The article multiplies by 1, 2, 3 and 4 where its formula has 1, 2, 4 and 5; "
            "those products add up to 30, not 35.",
        ),
        ("4.1", "y12", ""),
        ("4.1", "y22", "1·5 + 2·6 + 3·8 + 4·9 is 77, not 87."),
        ("4.2", "score1", "The products written are right, but 2 + 2 + 12 + 12 is 28, not 26."),
        ("4.2", "score1 / sqrt(d_k)", SCALE),
        (
            "4.2",
            "alpha1",
            "Even the article's own scores 26 and 20, unscaled, give 0.997527.",
        ),
        ("4.2", "output1", "It follows from the article's own weights 0.82 and 0.18."),
        (
            "4.2",
            "output2",
            "Even the article's own weights give 0.82·1 + 0.18·3 = 1.36, not 1.18.",
        ),
    ],
)
def test_a_note_says_why(rows, section, quantity, note):
    assert rows[section, quantity].note == note


def test_every_disagreement_has_a_note(report):
    assert [row.quantity for row in report.rows if not row.agrees and not row.note] == []
