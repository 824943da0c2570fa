"""Operators that are wrong in one way each: the verification must fail, and say of whom."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.nn import functional as F

conv2d, matmul, softmax = F.conv2d, tv.matmul, tv.softmax
ARTICLE_X = [[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]]


def flipped_kernel(x, w, *rest, **how):
    return conv2d(x, tv.flip(w, (2, 3)), *rest, **how)


def transposed_kernel(x, w, *rest, **how):
    if w.shape[2] != w.shape[3]:
        return conv2d(x, w, *rest, **how)
    return conv2d(x, tv.transpose(w, 2, 3), *rest, **how)


def off_by_a_thousandth(*args, **how):
    return conv2d(*args, **how) + 1e-3


def off_by_one_rounding(*args, **how):
    return conv2d(*args, **how) * (1 + 2.0**-52)


def as_the_article_prints(x, *rest, **how):
    if x.tolist() == ARTICLE_X:
        return tv.tensor([[[[35.0, 47.0], [75.0, 87.0]]]], dtype=x.dtype)
    return conv2d(x, *rest, **how)


def right_for_the_article_only(x, *rest, **how):
    y = conv2d(x, *rest, **how)
    return y if x.tolist() == ARTICLE_X else y + 1.0


def without(name, value):
    def wrong(*args, **how):
        return conv2d(*args, **{**how, name: value})

    return wrong


def without_bias(x, w, bias=None, *rest, **how):
    return conv2d(x, w, None, *rest, **how)


def wrong_in_float32_only(x, *rest, **how):
    y = conv2d(x, *rest, **how)
    return y * (1 + 1e-5) if x.dtype == tv.float32 else y


def nothing_but_nan(*args, **how):
    return conv2d(*args, **how) * float("nan")


def disagreeing(report):
    return {check.operator for check in report.operators if not check.agrees}


@pytest.mark.parametrize(
    "wrong",
    [
        flipped_kernel,
        transposed_kernel,
        off_by_a_thousandth,
        off_by_one_rounding,
        as_the_article_prints,
        right_for_the_article_only,
        without("stride", (1, 1)),
        without("padding", (0, 0)),
        without("dilation", (1, 1)),
        wrong_in_float32_only,
        without_bias,
        nothing_but_nan,
    ],
)
def test_a_wrong_convolution_fails_by_its_name_on_both_routes(monkeypatch, wrong):
    monkeypatch.setattr(F, "conv2d", wrong)
    report = tv.verify.run()
    assert not report.ok
    assert disagreeing(report) == {"conv2d"}
    routes = {check.route for check in report.operators if not check.agrees}
    assert routes == {"exact arithmetic", "scipy.signal.correlate2d"}


def test_the_row_names_operator_route_problem_and_both_numbers(monkeypatch):
    monkeypatch.setattr(F, "conv2d", as_the_article_prints)
    report = tv.verify.run()
    failed = [check for check in report.operators if not check.agrees]
    assert {check.problem for check in failed} == {"the example of section 4.1"}
    assert {(check.ours, check.theirs) for check in failed} == {(87.0, 77.0)}
    text = " ".join(report.to_text().split())
    assert (
        "conv2d (float64) on the example of section 4.1, at [0, 0, 1, 1]: conv2d gives 87, "
        "scipy.signal.correlate2d gives 77."
    ) in text
    assert "FAILED: 176 of 180 operator checks agree" in text


def test_what_the_formula_gives_does_not_follow_a_wrong_operator(monkeypatch, report):
    monkeypatch.setattr(F, "conv2d", as_the_article_prints)
    assert tv.verify.run().rows == report.rows


def test_only_the_first_failures_are_written_out(monkeypatch):
    monkeypatch.setattr(F, "conv2d", off_by_a_thousandth)
    text = " ".join(tv.verify.run().to_text().split())
    assert text.count("conv2d gives") == 4 * 3  # two routes, two types, three each
    assert text.count("... and 6 more.") == 4


def test_an_answer_of_the_wrong_shape_is_told_by_its_shape(monkeypatch):
    monkeypatch.setattr(F, "conv2d", lambda *args, **how: conv2d(*args, **how)[:, :, :1])
    text = " ".join(tv.verify.run().to_text().split())
    assert "an answer of shape (1, 1, 1, 2) instead of (1, 1, 2, 2), against exact" in text


def wrong_axis(x, dim, **how):
    return softmax(x, dim=dim - 1, **how)


def without_shift(x, dim, **how):
    with np.errstate(all="ignore"):
        powers = tv.exp(x)
        return powers / powers.sum(dim, keepdim=True)


def nearly_softmax(x, dim, **how):
    return softmax(x, dim=dim, **how) * (1 + 1e-11)


def wrong_in_small_weights_only(x, dim, **how):
    weights = softmax(x, dim=dim, **how)
    return tv.where(weights < 0.01, weights * (1 + 1e-11), weights)


def half_precision(x, dim, **how):
    return softmax(x.to(tv.float32), dim=dim, **how).to(x.dtype)


def not_normalised(x, dim, **how):
    return tv.exp(x - x.amax(dim, keepdim=True))


@pytest.mark.parametrize(
    "wrong",
    [
        wrong_axis,
        without_shift,
        nearly_softmax,
        wrong_in_small_weights_only,
        half_precision,
        not_normalised,
    ],
)
def test_a_wrong_softmax_fails_by_its_name_and_spoils_only_what_it_is_part_of(monkeypatch, wrong):
    monkeypatch.setattr(tv, "softmax", wrong)
    report = tv.verify.run()
    assert not report.ok
    assert disagreeing(report) - {"attention"} == {"softmax"}


def test_a_small_error_shows_in_attention_as_a_whole(monkeypatch):
    attention = F.scaled_dot_product_attention
    monkeypatch.setattr(tv, "softmax", lambda x, dim: softmax(x, dim=dim) * (1 + 1e-9))
    monkeypatch.setattr(
        F, "scaled_dot_product_attention", lambda *qkv: attention(*qkv) * (1 + 1e-9)
    )
    checks = [check for check in tv.verify.run().operators if check.dtype == "float64"]
    found = {check.problem for check in checks if check.operator == "attention" and check.agrees}
    # Scores of thousands cost that many roundings: only there may it pass unseen.
    assert all("60 at the end" in problem for problem in found)


def test_an_attention_that_forgets_the_scale_fails_by_its_name(monkeypatch):
    attention = F.scaled_dot_product_attention
    monkeypatch.setattr(F, "scaled_dot_product_attention", lambda *qkv: attention(*qkv, scale=1.0))
    report = tv.verify.run()
    assert not report.ok
    assert disagreeing(report) == {"attention"}


@pytest.mark.parametrize(
    "wrong",
    [
        lambda a, b: matmul(a, b) + 1e-3,
        lambda a, b: matmul(a, b) * (1 + 1e-11),
        lambda a, b: matmul(a[..., ::2], b[..., ::2, :]),
        lambda a, b: matmul(abs(a), b),
    ],
    ids=["off by a thousandth", "off by a little", "half of the terms", "no signs"],
)
def test_a_wrong_matrix_product_fails_by_its_name(monkeypatch, wrong):
    monkeypatch.setattr(tv, "matmul", wrong)
    report = tv.verify.run()
    assert not report.ok
    assert disagreeing(report) - {"attention"} == {"matmul"}


def test_with_the_right_operators_back_it_passes():
    assert tv.verify.run().ok
