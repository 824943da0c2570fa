"""Memory formats: accepted, without effect, and nothing else by that name."""

import pytest

import tinyvision as tv

FORMATS = [tv.channels_last, tv.channels_last_3d, tv.contiguous_format, tv.preserve_format]


x = tv.arange(8.0).reshape(1, 2, 2, 2)
CALLS = {
    "contiguous": x.contiguous,
    "clone": x.clone,
    "tv.clone": lambda **options: tv.clone(x, **options),
    "to": x.to,
    "to a type": lambda **options: x.to(tv.float64, **options),
    "full_like": lambda **options: tv.full_like(x, 3, **options),
    "randint_like": lambda **options: tv.randint_like(x, 3, **options),
    "empty": lambda **options: tv.empty(1, 2, 2, 2, **options),
    **{
        like.__name__: lambda like=like, **options: like(x, **options)
        for like in (tv.zeros_like, tv.ones_like, tv.empty_like, tv.rand_like, tv.randn_like)
    },
}
each = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


@each
@pytest.mark.parametrize("memory_format", [*FORMATS, None])
def test_a_format_changes_neither_shape_nor_type(call, memory_format):
    made = call(memory_format=memory_format)
    assert made.shape == x.shape
    assert made.dtype == call().dtype


@pytest.mark.parametrize("memory_format", FORMATS)
def test_the_tensor_itself_comes_back(memory_format):
    assert x.to(memory_format=memory_format) is x
    assert x.contiguous(memory_format=memory_format) is x
    assert x.clone(memory_format=memory_format).tolist() == x.tolist()
    assert x.is_contiguous(memory_format=memory_format)


def test_a_module_takes_one_and_stays_as_it_is():
    net = tv.nn.Conv2d(1, 1, 2)
    weight = net.weight
    assert net.to(memory_format=tv.channels_last) is net
    assert net.weight is weight


def test_a_copy_in_a_format_has_a_gradient():
    x = tv.ones(1, 1, 2, 2, requires_grad=True)
    y = x.clone(memory_format=tv.channels_last).contiguous(memory_format=tv.channels_last)
    (y * 3).sum().backward()
    assert (x.grad == 3).all()


def test_formats_show_their_names():
    assert list(map(repr, FORMATS)) == [
        "tinyvision.channels_last",
        "tinyvision.channels_last_3d",
        "tinyvision.contiguous_format",
        "tinyvision.preserve_format",
    ]
    assert all(isinstance(known, tv.memory_format) for known in FORMATS)


@each
def test_anything_else_is_refused(call):
    with pytest.raises(TypeError, match=r"memory_format must be tv.contiguous_format, .* 'NHWC'"):
        call(memory_format="NHWC")


def test_nor_can_anything_else_be_asked_for():
    with pytest.raises(TypeError, match="memory_format must be"):
        x.is_contiguous(memory_format="NHWC")
