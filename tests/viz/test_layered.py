"""Boxes in layers: below what they are made from, apart from each other, arrows uncrossed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyvision.viz.layered import layered

DIAMOND = [[], [0], [0], [1, 2]]


@st.composite
def graphs(draw):
    """Inputs before what is made of them, and all of them lead to the last box."""
    count = draw(st.integers(1, 12))
    inputs = [
        sorted(draw(st.sets(st.integers(0, box - 1), max_size=3))) if box else []
        for box in range(count)
    ]
    used = {source for sources in inputs for source in sources}
    inputs[-1] = sorted({*inputs[-1], *(box for box in range(count - 1) if box not in used)})
    widths = draw(st.lists(st.floats(0.5, 3.0), min_size=count, max_size=count))
    return inputs, widths


@given(graphs())
def test_each_box_lies_below_its_inputs_and_none_touches_another(graph):
    inputs, widths = graph
    plan = layered(inputs, widths, gap=0.25)
    for box, sources in enumerate(inputs):
        assert all(plan.layer[source] < plan.layer[box] for source in sources)
    for one in range(len(inputs)):
        for other in range(one):
            if plan.layer[one] == plan.layer[other]:
                distance = abs(plan.x[one] - plan.x[other])
                assert distance >= (widths[one] + widths[other]) / 2 + 0.25 - 1e-9


@given(graphs())
def test_an_arrow_passes_every_layer_on_its_way_beside_the_boxes(graph):
    inputs, widths = graph
    plan = layered(inputs, widths, gap=0.25)
    for (source, box), bends in plan.bends.items():
        assert [layer for _, layer in bends] == [*range(plan.layer[source] + 1, plan.layer[box])]
        for x, layer in bends:
            for other, width in enumerate(widths):
                assert plan.layer[other] != layer or abs(plan.x[other] - x) > width / 2


@given(graphs())
def test_everything_lies_within_the_width(graph):
    inputs, widths = graph
    plan = layered(inputs, widths, gap=0.25)
    for x, width in zip(plan.x, widths, strict=True):
        assert x - width / 2 >= -1e-9
        assert x + width / 2 <= plan.width + 1e-9


def test_the_end_lies_lowest_and_a_leaf_just_above_its_use():
    plan = layered([[], [0], [1], [], [2, 3]], [1.0] * 5, gap=0.5)
    assert plan.layer == [0, 1, 2, 2, 3]


def test_a_diamond_is_symmetric():
    plan = layered(DIAMOND, [1.0] * 4, gap=0.5)
    assert plan.x == pytest.approx([1.25, 0.5, 2.0, 1.25])


def test_a_chain_is_straight():
    plan = layered([[], [0], [1], [2]], [1.0, 3.0, 2.0, 1.0], gap=0.5)
    assert plan.x == pytest.approx([1.5] * 4)


def test_arrows_that_need_not_cross_do_not():
    # 0 and 1 go to 3 and 2: side by side in the wrong order they would cross.
    plan = layered([[], [], [1], [0], [2, 3]], [1.0] * 5, gap=0.5)
    assert (plan.x[0] < plan.x[1]) == (plan.x[3] < plan.x[2])
