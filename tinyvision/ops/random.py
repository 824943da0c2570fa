"""Random numbers from a generator of our own: `numpy.random` is never touched."""

from __future__ import annotations

import json

import numpy as np

from ..autograd.primitive import primitive
from ..autograd.tensor import DEFAULT_DTYPE, Tensor, wrap
from .assign import assign, check_changeable
from .shape import by_keyword, new_sizes, sizes_of


class Generator:
    """A source of random numbers with a state that can be set, saved and restored.

    ``generator.numpy`` is the NumPy generator inside.

    Raises:
        ValueError: a device other than 'cpu'.

    >>> g = Generator().manual_seed(0)
    >>> state = g.get_state()
    >>> a = randn(3, generator=g)
    >>> g.set_state(state)
    >>> bool((a == randn(3, generator=g)).all())
    True
    """

    def __init__(self, device: str = "cpu") -> None:
        if str(device) != "cpu":
            raise ValueError(f"tinyvision computes on the CPU only, got device {device!r}")
        self._seed = 0
        self.numpy = np.random.Generator(np.random.PCG64(0))

    def manual_seed(self, seed: int) -> Generator:
        """Start again from a seed; returns the generator itself.

        Raises:
            TypeError: the seed is not an integer.
        """
        if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
            raise TypeError(f"a seed must be an integer, got {seed!r}")
        self._seed = int(seed)
        self.numpy = np.random.Generator(np.random.PCG64(self._seed % 2**64))
        return self

    def seed(self) -> int:
        """Start again from a seed the operating system chooses, and return it."""
        seed = int(np.random.SeedSequence().generate_state(1, np.uint64)[0])
        self.manual_seed(seed)
        return seed

    def initial_seed(self) -> int:
        """The seed it was last started from."""
        return self._seed

    def get_state(self) -> Tensor:
        """The state, as a tensor of bytes that :func:`tinyvision.save` can keep."""
        text = json.dumps([self._seed, self.numpy.bit_generator.state])
        return wrap(np.frombuffer(text.encode(), np.uint8).copy())

    def set_state(self, new_state: Tensor) -> None:
        """Go back to a state.

        Raises:
            ValueError: it is not one that :meth:`get_state` gave.
        """
        try:
            seed, state = json.loads(bytes(new_state._array).decode())
            fresh = np.random.Generator(np.random.PCG64(0))
            fresh.bit_generator.state = state
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            raise ValueError("not a generator state; pass what get_state() returned") from error
        self._seed, self.numpy = seed, fresh


default_generator = Generator()


def manual_seed(seed: int) -> Generator:
    """Start the default generator from a seed, and return it.

    >>> import tinyvision as tv
    >>> _ = tv.manual_seed(0)
    >>> a = tv.rand(2)
    >>> _ = tv.manual_seed(0)
    >>> bool((a == tv.rand(2)).all())
    True
    """
    return default_generator.manual_seed(seed)


def initial_seed() -> int:
    """The seed the default generator was last started from."""
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """The state of the default generator."""
    return default_generator.get_state()


def set_rng_state(new_state: Tensor) -> None:
    """Put the default generator back to a state."""
    default_generator.set_state(new_state)


def _numpy(generator: Generator | None) -> np.random.Generator:
    return (default_generator if generator is None else generator).numpy


def draw_uniform(shape, dtype, generator: Generator | None = None) -> np.ndarray:
    """Uniform numbers in [0, 1) as an array of a floating type."""
    _check_floating(dtype)
    if dtype == np.float16:  # rounding a float32 could give 1
        steps = _numpy(generator).integers(0, 2**11, shape)
        return np.asarray(steps / 2**11, dtype)
    return np.asarray(_numpy(generator).random(shape, dtype=dtype))


def _check_floating(dtype) -> None:
    if np.dtype(dtype).kind != "f":
        raise TypeError(f"a floating type is needed here, got {dtype}; for integers use randint")


def draw_normal(shape, dtype, generator: Generator | None = None) -> np.ndarray:
    """Standard normal numbers as an array of a floating type."""
    _check_floating(dtype)
    native = np.float32 if dtype == np.float16 else dtype
    drawn = _numpy(generator).standard_normal(shape, dtype=native)
    return np.asarray(drawn).astype(dtype, copy=False)


def _made(array: np.ndarray, requires_grad: bool) -> Tensor:
    return wrap(array).requires_grad_(requires_grad)


@by_keyword("size")
def rand(*size, generator=None, dtype=DEFAULT_DTYPE, requires_grad=False) -> Tensor:
    """Uniform numbers in [0, 1).

    Raises:
        TypeError: a size or ``dtype`` is of the wrong kind.
        ValueError: a size is below 0.

    >>> rand(2, 3).shape
    (2, 3)
    """
    return _made(draw_uniform(new_sizes(size), np.dtype(dtype), generator), requires_grad)


@by_keyword("size")
def randn(*size, generator=None, dtype=DEFAULT_DTYPE, requires_grad=False) -> Tensor:
    """Standard normal numbers.

    >>> randn(2, 3).dtype
    dtype('float32')
    """
    return _made(draw_normal(new_sizes(size), np.dtype(dtype), generator), requires_grad)


def randint(low, high=None, size=None, *, generator=None, dtype=np.int64) -> Tensor:
    """Integers from ``low`` (0 if one bound is given) up to but not including ``high``.

    Raises:
        TypeError: the size is missing, or a bound is not an integer.
        ValueError: there is no integer between, or a size is below 0.

    >>> randint(0, 10, (2, 2)).shape
    (2, 2)
    """
    if isinstance(high, (tuple, list)) and size is None:
        low, high, size = 0, low, high
    elif high is None:
        low, high = 0, low
    if size is None:
        raise TypeError("randint needs a size: randint(low, high, (2, 3))")
    low, high = sizes_of((low, high))
    if high <= low:
        raise ValueError(f"randint: no integer lies between {low} and {high} (exclusive)")
    drawn = _numpy(generator).integers(low, high, new_sizes((size,)))
    return wrap(np.asarray(drawn, dtype=dtype))


def randperm(n, *, generator=None, dtype=np.int64) -> Tensor:
    """The integers 0 to n - 1 in random order.

    Raises:
        TypeError, ValueError: ``n`` is not an integer, or below 0.

    >>> sorted(randperm(3).tolist())
    [0, 1, 2]
    """
    (n,) = new_sizes((n,))
    return wrap(_numpy(generator).permutation(n).astype(dtype))


def bernoulli(input, *, generator=None) -> Tensor:
    """1 with the probability each element gives, else 0.

    Raises:
        TypeError: the probabilities are integers.
        ValueError: one is not between 0 and 1.

    >>> import tinyvision as tv
    >>> tv.bernoulli(tv.tensor([0.0, 1.0]))
    tensor([0., 1.])
    """
    p = input._array
    _check_floating(p.dtype)
    if p.size and not ((p >= 0) & (p <= 1)).all():
        raise ValueError(f"bernoulli: probabilities must lie in 0..1, got {p.min()}..{p.max()}")
    return wrap((draw_uniform(p.shape, np.dtype("float64"), generator) < p).astype(p.dtype))


def rand_like(input, *, generator=None, dtype=None, requires_grad=False) -> Tensor:
    """Uniform numbers in the shape and type of another tensor.

    >>> rand_like(randn(2)).shape
    (2,)
    """
    dtype = dtype or input.dtype
    return rand(input.shape, generator=generator, dtype=dtype, requires_grad=requires_grad)


def randn_like(input, *, generator=None, dtype=None, requires_grad=False) -> Tensor:
    """Standard normal numbers in the shape and type of another tensor.

    >>> randn_like(rand(2)).shape
    (2,)
    """
    dtype = dtype or input.dtype
    return randn(input.shape, generator=generator, dtype=dtype, requires_grad=requires_grad)


# -- dropout ----------------------------------------------------------------------------------


@primitive
def scale_by_mask(x, *, mask):
    """``x * mask``, the mask a constant array."""
    return x * mask


scale_by_mask.defvjp(x=lambda g, *, mask: scale_by_mask(g, mask=mask))


def dropout(input, p=0.5, training=True, inplace=False):
    """While training, zero each element with probability p and scale the rest by 1 / (1 - p).

    Raises:
        TypeError: the input holds integers.
        ValueError: p is not between 0 and 1.

    Source: Srivastava et al., "Dropout" (2014).

    >>> import tinyvision as tv
    >>> tv.nn.functional.dropout(tv.ones(4), p=0.5, training=False)
    tensor([1., 1., 1., 1.])
    """
    return _dropped(input, input.shape, p, training, inplace)


def dropout2d(input, p=0.5, training=True, inplace=False):
    """As :func:`dropout`, whole channels of (N, C, H, W) at a time.

    Source: Tompson et al., "Efficient Object Localization" (2015).

    >>> import tinyvision as tv
    >>> tv.nn.functional.dropout2d(tv.ones(1, 2, 2, 2), p=1.0).sum()
    tensor(0.)
    """
    if input.ndim not in (3, 4):
        raise ValueError(f"dropout2d: expected (N, C, H, W) or (C, H, W), got {input.shape}")
    return _dropped(input, (*input.shape[:-2], 1, 1), p, training, inplace)


def _dropped(input, mask_shape, p, training, inplace):
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"dropout: p must be between 0 and 1, got {p}")
    if input.dtype.kind != "f":
        raise TypeError(f"dropout needs floats, got {input.dtype}; use x.float()")
    if not training or p == 0.0:
        return input
    kept = draw_uniform(mask_shape, np.dtype("float32")) >= p
    mask = kept.astype(input.dtype)
    if p < 1.0:
        mask *= 1.0 / (1.0 - p)
    if not inplace:
        return scale_by_mask(input, mask=mask)
    check_changeable(input, "dropout_")
    return assign(input, scale_by_mask(input, mask=mask), "dropout_")
