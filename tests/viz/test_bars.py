import pytest

import tinyvision.viz as viz


def test_bars_are_as_long_as_their_amounts_in_their_order():
    axes = viz.bars({"one": 1, "three": 3, "two": 2}, "Amounts").axes[0]
    assert [bar.get_width() for bar in axes.patches] == [1, 3, 2]
    heights = [bar.get_y() for bar in axes.patches]
    low, high = axes.get_ylim()
    assert low > high  # the first bar stands uppermost
    assert heights == sorted(heights)


def test_each_bar_has_its_name_and_its_number_with_the_unit():
    axes = viz.bars({"conv1": 0.25, "fc1": 245880}, "Shares", unit="ms").axes[0]
    assert [text.get_text() for text in axes.texts] == ["conv1", "0.25 ms", "fc1", "245,880 ms"]


def test_amounts_that_are_all_0_are_drawn():
    assert [bar.get_width() for bar in viz.bars({"a": 0}, "Nothing").axes[0].patches] == [0]


def test_a_negative_amount_is_refused():
    with pytest.raises(ValueError, match="amounts holds -1, expected numbers from 0 up"):
        viz.bars({"a": -1}, "Negative")


def test_no_amounts_are_refused():
    with pytest.raises(ValueError, match="amounts is empty"):
        viz.bars({}, "Nothing")
