"""Exercise 13: which parameters learn, and whether training moves them and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv
from tinyvision import nn

from ..checks import Example, Grading, law, mistakes
from ..trial import Trial
from ..watched import Trouble

HEAD = ["mlp_head.bias", "mlp_head.weight"]


# -- what the trials are written in -----------------------------------------------------------


def make_vit(depth: int = 1, heads: int = 2, pool: str = "cls") -> Any:
    """A small Vision Transformer for images of 8 x 8."""
    tv.manual_seed(0)
    return tv.models.ViT(
        image_size=8, patch_size=4, num_classes=10, dim=8, depth=depth, heads=heads, mlp_dim=16,
        channels=1, dim_head=4, pool=pool,
    )  # fmt: skip


def frozen(model: Any, freeze: Any) -> Any:
    """The model after freeze(model)."""
    freeze(model)
    return model


def learning(model: Any) -> list[str]:
    """The names of its parameters with requires_grad."""
    return sorted(name for name, p in model.named_parameters() if p.requires_grad)


def names(model: Any, parameters: Any) -> list[str]:
    """What the model calls these parameters."""
    if parameters is None:
        raise Trouble("nothing")
    known = {id(p): name for name, p in model.named_parameters()}
    return sorted(known.get(id(p), "?") for p in parameters)


def trained(model: Any, freeze: Any, steps: int = 2) -> list[str]:
    """The names of the parameters that so many steps with 8 digits have changed, by any bit."""
    before = {name: p.detach().numpy().copy() for name, p in model.named_parameters()}
    parameters = freeze(model)
    images, labels = tv.data.load_digits("train")
    x, y = tv.tensor((images[:8, None] / 16).astype(np.float32)), tv.tensor(labels[:8])
    optimizer = tv.optim.AdamW(parameters, lr=0.01)
    for _ in range(steps):
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    after = dict(model.named_parameters())
    return sorted(n for n, old in before.items() if (old != after[n].detach().numpy()).any())


# -- mistakes ---------------------------------------------------------------------------------


def _freezing(which: Any, given: Any = lambda model: list(model.mlp_head.parameters())) -> Any:
    def freeze_encoder(model: Any) -> Any:
        for name, parameter in model.named_parameters():
            if which(name):
                parameter.requires_grad = False
        return given(model)

    return freeze_encoder


def _not_head(name: str) -> bool:
    return not name.startswith("mlp_head.")


def _everything(model: Any) -> Any:
    return list(model.parameters())


def _head(model: Any) -> Any:
    return list(model.mlp_head.parameters())


_NOTHING = (
    "Nothing is frozen: set requires_grad = False on each parameter. On a module it only makes a "
    "new attribute, and clearing .grad lasts until the next backward."
)
_RETURN = "What is frozen is right, but {}: the parameters that still learn are to be returned."
MISTAKES = mistakes(
    "freeze_encoder",
    *(
        (cause, _freezing(which, given))
        for cause, which in (
            ("Everything is frozen, the head too: nothing learns any more.", lambda name: True),
            ("The head is frozen and the encoder learns: the other way round.",
             lambda name: not _not_head(name)),
            ("The class token and the positions still learn: they stand beside the encoder, and "
             "are parameters too.", lambda name: name.startswith(("to_patch", "transformer"))),
            ("The patch embedding, the class token and the positions still learn: freeze all that "
             "comes before the head.", lambda name: name.startswith("transformer")),
            ("Only the first layer of the encoder is frozen.",
             lambda name: name.startswith("transformer.layers.0")),
            ("The last normalisation still learns: it comes before the head.",
             lambda name: _not_head(name) and not name.startswith("transformer.norm")),
            ("Only weights are frozen; biases and the others learn on.",
             lambda name: _not_head(name) and name.endswith("weight")),
            ("The head's bias is frozen too.", lambda name: name != "mlp_head.weight"),
        )
        for given in (_head, _everything, lambda model: [p for p in model.parameters()
                                                         if p.requires_grad])
    ),
    (_NOTHING, _head),
    (_NOTHING, lambda model: list(model.parameters())),
    (_RETURN.format("all parameters are returned"), _freezing(_not_head, _everything)),
    (_RETURN.format("the frozen ones are returned"),
     _freezing(_not_head, lambda model: [p for p in model.parameters() if not p.requires_grad])),
    (_RETURN.format("the names are returned"),
     _freezing(_not_head, lambda model: list(HEAD[::-1]))),
    (_RETURN.format("names and parameters are returned"),
     _freezing(_not_head, lambda model: list(model.mlp_head.named_parameters()))),
    (_RETURN.format("the model is returned"), _freezing(_not_head, lambda model: model)),
    (_RETURN.format("only the head's weight is returned"),
     _freezing(_not_head, lambda model: [model.mlp_head.weight])),
)  # fmt: skip

_SIZES = st.fixed_dictionaries(
    {
        "depth": st.integers(1, 2),
        "heads": st.integers(1, 2),
        "pool": st.sampled_from(("cls", "mean")),
    }
)

GRADING = Grading(
    names={"freeze_encoder": None},
    checks=(
        Example(
            "what still learns",
            Trial("learning(frozen(make_vit(), freeze_encoder))", HEAD),
        ),
        Example(
            "what is returned",
            Trial("model = make_vit()\nnames(model, freeze_encoder(model))", HEAD),
            "The head's parameters themselves, in a list.",
        ),
        Example(
            "what two steps of training change, to the bit",
            Trial("trained(make_vit(), freeze_encoder)", HEAD),
            "The frozen weights must stay as they are, bit for bit, and the head must move.",
        ),
        law(
            "whatever the model's size: what still learns",
            _SIZES,
            "learning(frozen(make_vit(depth, heads, pool), freeze_encoder))",
            lambda depth, heads, pool: HEAD,
            "Do not count parameters or name layers: freeze all that is not the head's.",
            draws=8,
        ),
        law(
            "whatever the model's size: what training changes",
            _SIZES,
            "trained(make_vit(depth, heads, pool), freeze_encoder)",
            lambda depth, heads, pool: HEAD,
            draws=8,
        ),
    ),
    mistakes=MISTAKES,
    probes=(
        Trial("model = make_vit(2)\nnames(model, freeze_encoder(model))", None),
        Trial("learning(frozen(make_vit(2), freeze_encoder))", None),
    ),
    extras={
        "make_vit": make_vit, "frozen": frozen, "learning": learning, "names": names,
        "trained": trained,
    },
)  # fmt: skip
