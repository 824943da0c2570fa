"""Random numbers from a generator of our own: `numpy.random` is never touched."""

from __future__ import annotations

import json
from functools import cached_property

import numpy as np

from ...autograd.tensor import DEFAULT_DTYPE, Tensor, wrap
from ...memory_format import takes_memory_format
from ..base.promote import check_fits
from ..base.shape import by_keyword, new_sizes, sizes_of
from ..shapes.create import made
from ..shapes.like import full_like


class Generator:
    """A source of random numbers with a state that can be set, saved and restored.

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

    @cached_property
    def numpy(self) -> np.random.Generator:
        """The NumPy generator inside, made when first needed: loading numpy.random takes time."""
        return np.random.Generator(np.random.PCG64(self._seed))

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


def seed() -> int:
    """Start the default generator from a seed the operating system chooses, and return it.

    >>> import tinyvision as tv
    >>> tv.seed() == tv.initial_seed()
    True
    """
    return default_generator.seed()


def initial_seed() -> int:
    """The seed the default generator was last started from."""
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """The state of the default generator."""
    return default_generator.get_state()


def set_rng_state(new_state: Tensor) -> None:
    """Put the default generator back to a state."""
    default_generator.set_state(new_state)


def numpy_of(generator: Generator | None) -> np.random.Generator:
    """The NumPy generator inside one of ours, or inside the default one."""
    return (default_generator if generator is None else generator).numpy


def draw_uniform(shape, dtype, generator: Generator | None = None) -> np.ndarray:
    """Uniform numbers in [0, 1) as an array of a floating type."""
    check_floating(dtype)
    if dtype == np.float16:  # rounding a float32 could give 1
        steps = numpy_of(generator).integers(0, 2**11, shape)
        return np.asarray(steps / 2**11, dtype)
    return np.asarray(numpy_of(generator).random(shape, dtype=dtype))


def check_floating(dtype) -> None:
    """Raise TypeError unless it is a floating type."""
    if np.dtype(dtype).kind != "f":
        raise TypeError(f"a floating type is needed here, got {dtype}; for integers use randint")


def draw_normal(shape, dtype, generator: Generator | None = None) -> np.ndarray:
    """Standard normal numbers as an array of a floating type."""
    check_floating(dtype)
    native = np.float32 if dtype == np.float16 else dtype
    drawn = numpy_of(generator).standard_normal(shape, dtype=native)
    return np.asarray(drawn).astype(dtype, copy=False)


@by_keyword("size")
def rand(*size, generator=None, dtype=None, device=None, requires_grad=False) -> Tensor:
    """Uniform numbers in [0, 1).

    Raises:
        TypeError: a size or ``dtype`` is of the wrong kind.
        ValueError: a size is below 0.

    >>> rand(2, 3).shape
    (2, 3)
    """
    dtype = DEFAULT_DTYPE if dtype is None else np.dtype(dtype)
    return made(draw_uniform(new_sizes(size), dtype, generator), device, requires_grad)


@by_keyword("size")
def randn(*size, generator=None, dtype=None, device=None, requires_grad=False) -> Tensor:
    """Standard normal numbers.

    >>> randn(2, 3).dtype
    dtype('float32')
    """
    dtype = DEFAULT_DTYPE if dtype is None else np.dtype(dtype)
    return made(draw_normal(new_sizes(size), dtype, generator), device, requires_grad)


def randint(
    low=0, high=None, size=None, *, generator=None, dtype=None, device=None, requires_grad=False
) -> Tensor:
    """Integers from ``low`` (0 if one bound is given) up to but not including ``high``.

    Raises:
        TypeError: the size is missing, or a bound is not an integer.
        ValueError: there is no integer between, or a size is below 0.
        RuntimeError: a bound lies outside the type.

    >>> randint(0, 10, (2, 2)).shape
    (2, 2)
    """
    if isinstance(high, (tuple, list)) and size is None:
        low, high, size = 0, low, high
    elif high is None:
        low, high = 0, low
    if size is None:
        raise TypeError("randint needs a size: randint(low, high, (2, 3))")
    dtype = np.dtype(np.int64 if dtype is None else dtype)
    drawn = draw_integers(low, high, new_sizes((size,)), dtype, generator)
    return made(drawn, device, requires_grad)


def draw_integers(low, high, shape, dtype, generator: Generator | None = None) -> np.ndarray:
    """Integers from ``low`` up to but not including ``high`` as an array of any type."""
    low, high = sizes_of((low, high))
    if high <= low:
        raise ValueError(f"randint: no integer lies between {low} and {high} (exclusive)")
    check_fits(low, dtype)
    check_fits(high - 1, dtype)
    return np.asarray(numpy_of(generator).integers(low, high, shape), dtype)


def randperm(n, *, generator=None, dtype=np.int64, device=None, requires_grad=False) -> Tensor:
    """The integers 0 to n - 1 in random order.

    Raises:
        TypeError, ValueError: ``n`` is not an integer, or below 0.

    >>> sorted(randperm(3).tolist())
    [0, 1, 2]
    """
    (n,) = new_sizes((n,))
    drawn = numpy_of(generator).permutation(n).astype(dtype)
    return made(drawn, device, requires_grad)


def bernoulli(input, p=None, *, generator=None) -> Tensor:
    """1 with the probability each element gives, or with ``p`` if it is given; else 0.

    Raises:
        TypeError: the probabilities are integers.
        ValueError: one is not between 0 and 1.

    >>> import tinyvision as tv
    >>> tv.bernoulli(tv.tensor([0.0, 1.0]))
    tensor([0., 1.])
    """
    if p is not None:
        return bernoulli(full_like(input, p), generator=generator)
    p = input._array
    check_floating(p.dtype)
    if p.size and not ((p >= 0) & (p <= 1)).all():
        raise ValueError(f"bernoulli: probabilities must lie in 0..1, got {p.min()}..{p.max()}")
    return wrap((draw_uniform(p.shape, np.dtype("float64"), generator) < p).astype(p.dtype))


@takes_memory_format
def rand_like(input, *, generator=None, dtype=None, device=None, requires_grad=False) -> Tensor:
    """Uniform numbers in the shape and type of another tensor.

    >>> rand_like(randn(2)).shape
    (2,)
    """
    dtype = input.dtype if dtype is None else np.dtype(dtype)
    return made(draw_uniform(input.shape, dtype, generator), device, requires_grad)


@takes_memory_format
def randn_like(input, *, generator=None, dtype=None, device=None, requires_grad=False) -> Tensor:
    """Standard normal numbers in the shape and type of another tensor.

    >>> randn_like(rand(2)).shape
    (2,)
    """
    dtype = input.dtype if dtype is None else np.dtype(dtype)
    return made(draw_normal(input.shape, dtype, generator), device, requires_grad)


@takes_memory_format
def randint_like(
    input, low=0, high=None, *, generator=None, dtype=None, device=None, requires_grad=False
) -> Tensor:
    """Integers from ``low`` up to but not including ``high``, in shape and type of another tensor.

    Raises:
        TypeError, ValueError, RuntimeError: as :func:`randint`.

    >>> randint_like(rand(2), 3, 4)
    tensor([3., 3.])
    """
    low, high = (0, low) if high is None else (low, high)
    low, high = (b.item() if isinstance(b, Tensor) else b for b in (low, high))
    dtype = input.dtype if dtype is None else np.dtype(dtype)
    return made(draw_integers(low, high, input.shape, dtype, generator), device, requires_grad)
