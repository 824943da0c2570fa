"""What the errors of the graph say: what happened, and how to mend it."""

import pytest

import tinyvision as tv


def leaf(*values):
    return tv.tensor(values, requires_grad=True)


def raised(function):
    with pytest.raises(RuntimeError) as error:
        function()
    return str(error.value)


# -- changed in place -------------------------------------------------------------------------


def changed(times=1):
    x = leaf(1.0, 2.0)
    y = x * 1.0
    z = y * leaf(3.0)
    for _ in range(times):
        y += 1
    return raised(z.sum().backward)


def test_a_change_in_place_names_the_operation_the_argument_and_the_change():
    assert changed().startswith(
        "MulBackward needs its argument 'input', which was changed in place (by add_) after it"
    )


def test_a_change_in_place_says_how_often_and_how_to_write_it_instead():
    text = changed(times=3)
    assert "(by add_, the last of 3 times)" in text
    assert "make a clone() before changing it" in text
    assert "x = x + 1 for x += 1 or x.add_(1)" in text


def test_a_change_in_place_says_how_to_learn_the_line_or_names_it():
    assert "run the forward pass under tinyvision.autograd.detect_anomaly()" in changed()
    with tv.autograd.detect_anomaly():
        text = changed()
    assert text.endswith("z = y * leaf(3.0)")
    assert f"The operation was called at {__file__}:" in text


def test_a_change_that_the_graph_did_not_see_names_the_line_too():
    with tv.autograd.detect_anomaly(check_nan=False):
        y = leaf(1.0) * 2.0
        with tv.no_grad():
            y.add_(1.0)
    assert raised(lambda: y * 2.0).endswith("y = leaf(1.0) * 2.0")


# -- freed ------------------------------------------------------------------------------------


def test_a_freed_graph_names_both_remedies_and_the_usual_reason():
    x = leaf(2.0)
    y = (x * x).sum()
    y.backward()
    text = raised(y.backward)
    assert text.startswith("backward a second time through MulBackward, whose saved values")
    assert "pass retain_graph=True to the first backward, or compute the loss again" in text
    assert "carry over x.detach()" in text


# -- no graph ---------------------------------------------------------------------------------


def test_without_a_graph_it_says_what_may_have_cut_it_and_how_to_get_one():
    text = raised(leaf(1.0).detach().sum().backward)
    for word in ("no_grad", "detached", "requires_grad=True", "numpy()", "item()"):
        assert word in text


def test_integers_are_said_to_have_no_derivative():
    text = raised((leaf(1.0, 2.0) > 1.5).long().sum().backward)
    assert "it holds int64, and what counts, compares or chooses" in text
    assert "cross_entropy" in text


def test_an_output_of_several_elements_says_to_reduce_it_or_to_pass_a_gradient():
    text = raised((leaf(1.0, 2.0) * 2.0).backward)
    assert "shape (2,)" in text
    assert "y.sum().backward(), or pass the gradient, y.backward(gradient)" in text


def test_too_few_gradients_say_how_to_leave_one_out():
    x = leaf(1.0)
    text = raised(lambda: tv.autograd.backward([x * 2.0, x * 3.0], [tv.ones(1)]))
    assert "2 outputs but 1 gradients were given; give one for each, None for" in text


def test_an_unused_input_is_told_the_usual_reasons():
    x, y = leaf(1.0), leaf(2.0)
    text = raised(lambda: tv.autograd.grad((x * 2.0).sum(), y))
    assert "it was not used, or detached on the way, or only a copy" in text
    assert "allow_unused=True" in text


@pytest.mark.parametrize("ask", ["retain_grad", "register_hook"])
def test_constants_that_cannot_have_a_gradient_say_why(ask):
    arguments = [print] if ask == "register_hook" else []
    text = raised(lambda: getattr(tv.ones(1), ask)(*arguments))
    assert "no gradient will come to one that is made of constants, under no_grad or by" in text


def test_a_gradient_of_another_type_says_how_to_make_one():
    with pytest.raises(TypeError, match=r"got list; make one of it: tv.tensor\(value, dtype"):
        leaf(1.0).grad = [1.0]
