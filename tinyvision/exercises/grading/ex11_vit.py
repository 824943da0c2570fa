"""Exercise 11: what enters the encoder, what becomes of it, and what the scores hang on."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv
from tinyvision import nn
from tinyvision.models import Encoder, PatchEmbedding

from ..checks import Example, Grading, Mistake, law
from ..trial import Trial

# -- what the trials are written in -----------------------------------------------------------


def digits(count: int, first: int = 0) -> tv.Tensor:
    """So many real digits, (count, 1, 8, 8), from 0 to 1."""
    images, _ = tv.data.load_digits("test")
    return tv.tensor((images[first : first + count, None] / 16).astype(np.float32))


def fill(model: Any) -> Any:
    """The model, each parameter set to numbers that hang on its name alone."""
    tensors = [(name, value) for name, value in vars(model).items() if isinstance(value, tv.Tensor)]
    for name, parameter in [*model.named_parameters(), *tensors]:
        parameter.detach()[...] = tv.tensor(_weights(name, tuple(parameter.shape)))
    return model


def _weights(name: str, shape: tuple[int, ...]) -> Any:
    return np.random.default_rng(sum(name.encode())).normal(0.0, 0.5, shape).astype(np.float32)


class _Between(nn.Module):
    """Stands in the place of the encoder: notes what enters, hands on what it is told to."""

    def __init__(self, change: Any = None) -> None:
        super().__init__()
        self.entered, self.change = None, change or (lambda x: x)

    def forward(self, x: Any) -> Any:
        self.entered = x
        return self.change(x)


def entering(model: Any, images: Any) -> Any:
    """What model(images) hands to its encoder."""
    between = _Between()
    model.encoder = between
    model(images)
    if between.entered is None:
        raise RuntimeError("forward does not call self.encoder")
    return between.entered


def with_encoder(model: Any, change: Any) -> Any:
    """The model with a function in the place of its encoder."""
    model.encoder = _Between(change)
    return model


# -- the right answers, from the parameters alone ---------------------------------------------


def _embedded(images: Any) -> Any:
    """What the (unchanged) embedding of the file makes of images, with the weights of `fill`."""
    embedding = PatchEmbedding(patch_size=4, channels=1, dim=8)
    holder = nn.Module()
    holder.embedding = embedding
    fill(holder)
    return embedding(images).detach().numpy()


def _token() -> Any:
    return _weights("token", (1, 1, 8)) + _weights("position", (5, 8))[:1]


def _entering(count: int, first: int) -> Any:
    """The token's row and the patches' rows, each with its position."""
    patches = _embedded(digits(count, first)) + _weights("position", (5, 8))[1:]
    return np.concatenate([np.repeat(_token(), count, axis=0), patches], axis=1)


def _head(x: Any) -> Any:
    return x @ _weights("head.weight", (10, 8)).T + _weights("head.bias", (10,))


# -- mistakes ---------------------------------------------------------------------------------


def _network(
    join: Any = lambda x, token: tv.cat([token.expand(len(x), -1, -1), x], 1),
    pick: Any = lambda x: x[:, 0],
    places: int = 5,
    learned: bool = True,
    shape: tuple[int, ...] = (1, 1),
    early: bool = False,
    late: bool = False,
    without: bool = False,
) -> Any:
    """The network with some things changed: see the table."""

    class ViT(nn.Module):
        def __init__(self, dim: int = 8) -> None:
            super().__init__()
            self.embedding = PatchEmbedding(patch_size=4, channels=1, dim=dim)
            if not without:
                token = tv.randn(*shape, dim)
                self.token: Any = nn.Parameter(token) if learned else token
            self.position = nn.Parameter(tv.randn(places, dim))
            self.encoder = Encoder(dim, depth=1, heads=2, dim_head=4, mlp_dim=16)
            self.head = nn.Linear(dim, 10)

        def forward(self, images: Any) -> Any:
            x = self.embedding(images)
            if early:  # the positions of the patches, before the token is there
                x = join(x + self.position, self.token)
                return self.head(pick(self.encoder(x)))
            if late:
                return self.head(pick(join(self.encoder(x + self.position), self.token)))
            if not without:
                x = join(x, self.token)
            return self.head(pick(self.encoder(x + self.position)))

    return ViT


def _at_end(x: Any, token: Any) -> Any:
    return tv.cat([x, token.expand(len(x), -1, -1)], 1)


_MISTAKES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("There is no self.token yet.",
     {"without": True, "places": 4, "pick": lambda x: x.mean(1)}),
    ("There is no self.token: what is classified is the first patch.",
     {"without": True, "places": 4}),
    ("self.token does not learn: make it an nn.Parameter, a tensor is not one of the model's.",
     {"learned": False}),
    ("There are 4 positions for 5 places: the token needs one too.", {"places": 4}),
    ("The token stands behind the patches, and what is classified is the first patch.",
     {"join": _at_end}),
    ("The token stands behind the patches; it should stand before them.",
     {"join": _at_end, "pick": lambda x: x[:, -1]}),
    ("The mean of all places is classified, not what has become of the token.",
     {"pick": lambda x: x.mean(1)}),
    ("The mean of the patches is classified, not what has become of the token.",
     {"pick": lambda x: x[:, 1:].mean(1)}),
    ("The last patch is classified; the token is place 0.", {"pick": lambda x: x[:, -1]}),
    ("The first patch is classified; the token is place 0.", {"pick": lambda x: x[:, 1]}),
    ("The token is not repeated for each image: (1, 1, dim) and (N, 4, dim) only join where N is "
     "1. See expand in the text above.", {"join": lambda x, token: tv.cat([token, x], 1)}),
    ("The token is joined along axis 0, which counts images; places are axis 1.",
     {"join": lambda x, token: tv.cat([token.expand(-1, x.shape[1], -1), x], 0), "places": 4}),
    ("The token is joined along axis 0, which counts images; places are axis 1.",
     {"join": lambda x, token: tv.cat([token.expand(len(x), -1, -1), x])}),
    ("The token is added to every patch; it should stand before them, a place of its own.",
     {"join": lambda x, token: x + token, "places": 4}),
    ("The token has no position: add the positions after it has been put before the patches.",
     {"early": True, "places": 4}),
    ("The token comes after the encoder, so it never sees a patch: the scores are the same for "
     "every image.", {"late": True, "places": 4}),
    ("The token begins as the same for all, but its shape is not (1, 1, dim).", {"shape": (1,)}),
    ("There is one token for each place; one is enough.",
     {"shape": (1, 4), "places": 8}),
)  # fmt: skip
MISTAKES = tuple(Mistake(cause, {"ViT": _network(**changes)}) for cause, changes in _MISTAKES)

_DRAWN = st.fixed_dictionaries({"count": st.integers(1, 3), "first": st.integers(0, 50)})

GRADING = Grading(
    names={"ViT": None},
    checks=(
        Example(
            "its token and positions learn",
            Trial(
                "{n: tuple(p.shape) for n, p in ViT().named_parameters() if '.' not in n}",
                {"token": (1, 1, 8), "position": (5, 8)},
            ),
            "self.token and self.position are to be each an nn.Parameter of this shape.",
        ),
        Example("the shape of its scores", Trial("ViT()(digits(2)).shape", (2, 10))),
        Example(
            "what enters the encoder: one row more, whatever dim is",
            Trial("entering(ViT(dim=16), digits(2)).shape", (2, 5, 16)),
        ),
        law(
            "the encoder is given the token, then the patches, with their positions",
            _DRAWN,
            "entering(fill(ViT()), digits(count, first))",
            _entering,
            "First join the token and the patches, then add the positions.",
            draws=5,
            rtol=1e-4,
        ),
        law(
            "what has become of the token is classified",
            _DRAWN,
            "with_encoder(fill(ViT()), lambda x: 2 * x)(digits(count, first))",
            lambda count, first: _head(2 * _entering(count, first)[:, 0]),
            "The head is given place 0 of what comes out of the encoder, and nothing else.",
            draws=5,
            rtol=1e-4,
        ),
        Example(
            "the scores hang on the image",
            Trial(
                "one, two = fill(ViT())(digits(2)).detach().numpy()\n"
                "bool(abs(one - two).max() > 1e-4)",
                True,
            ),
            "Two images get the same scores: does the token see the patches in the encoder?",
        ),
        Example(
            "the token gets a gradient",
            Trial(
                "model = fill(ViT())\nmodel(digits(2)).sum().backward()\n"
                "bool(abs(model.token.grad.numpy()).max() > 0)",
                True,
            ),
            "forward does not use self.token, or detaches it.",
        ),
    ),
    mistakes=MISTAKES,
    probes=(
        Trial("fill(ViT())(digits(3))", None, rtol=1e-4),
        Trial("entering(fill(ViT()), digits(3))", None, rtol=1e-4),
    ),
    extras={
        "digits": digits, "fill": fill, "entering": entering, "with_encoder": with_encoder,
    },
)  # fmt: skip
