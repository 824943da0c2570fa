"""`tinyvision classify`: a checkpoint that people already have, run on image files.

Weights are read from safetensors or npz files only. What the images are normalised with comes from
the options, from Hugging Face's preprocessor_config.json beside the weights, or is the usual of the
family.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import interop
from .autograd.modes import no_grad
from .autograd.tensor import Tensor, tensor
from .interop.configs import read_json
from .models import CNN, ViT
from .ops.layers.softmax import softmax
from .ops.pooling.interpolate import interpolate

_IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_HALF = (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)
_PICKLES = {".pt", ".pth", ".bin", ".pkl", ".pickle", ".ckpt", ".tar"}
# What MAE's and a bare transformer's files hold besides the network that is run here.
_BESIDES = ("decoder", "mask_token", "pooler")


@dataclass(frozen=True)
class Classifier:
    """A network and what it takes to use it.

    Attributes:
        model: the network, in evaluation mode.
        image_size: the (height, width) it takes.
        mean, std: of red, green and blue, from 0 to 1; images are normalised with them.
        labels: the name of each class.
    """

    model: ViT | CNN
    image_size: tuple[int, int]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    labels: list[str]

    @no_grad()
    def top(self, image: np.ndarray, count: int) -> list[tuple[str, float]]:
        """The most probable classes of an image (H, W, 3), best first, with probabilities.

        Raises:
            ValueError: the scores are not finite.
        """
        probabilities = self.probabilities(self.inputs(image))
        best = np.argsort(-probabilities, kind="stable")[:count]
        return [(self.labels[i], float(probabilities[i])) for i in best]

    @no_grad()
    def probabilities(self, inputs: Tensor) -> np.ndarray:
        """That of each class, given one image as :meth:`inputs` makes it.

        Raises:
            ValueError: the scores are not finite.
        """
        scores = self.model(inputs)[0]
        if not np.isfinite(scores.numpy()).all():
            raise ValueError("the network's scores are not finite; the weights may be damaged")
        return softmax(scores, 0).numpy()

    def inputs(self, image: np.ndarray) -> Tensor:
        """An image (H, W, 3) as the network sees it, (1, C, h, w)."""
        return self._prepared(image, self.mean, self.std)

    def shown(self, image: np.ndarray) -> np.ndarray:
        """The same before it is normalised, (C, h, w) from 0 to 1: what pictures show."""
        return self._prepared(image, (0.0,) * 3, (1.0,) * 3).numpy()[0]

    @property
    def grey(self) -> bool:
        """Whether the network takes images of one channel."""
        return getattr(self.model, "channels", 3) == 1

    def _prepared(self, image: np.ndarray, mean: Sequence[float], std: Sequence[float]) -> Tensor:
        inputs = prepare(image, self.image_size, mean, std)  # (1, 3, h, w)
        return inputs.mean(1, keepdim=True) if self.grey else inputs

    def draw(self, image: np.ndarray, folder: Path, stem: str) -> list[Path]:
        """Pictures of how a Vision Transformer sees an image: patches, attention, rollout.

        Raises:
            ValueError: the network has no attention.
            OSError: the folder cannot be written to.
        """
        from . import viz

        model = self.model
        if not isinstance(model, ViT):
            raise ValueError("--pictures shows attention, which only a Vision Transformer has")
        layers = [weights[0] for weights in model.attention(self.inputs(image))]
        shown = self.shown(image)
        figures = {
            "patches": viz.patch_grid(shown, model.patch_size),
            "attention": viz.attention_maps(shown, layers[-1], model.patch_size),
            "rollout": viz.rollout(shown, layers, model.patch_size),
            "positions": viz.position_similarity(model.pos_embedding, model.grid),
        }
        return [
            viz.save_figure(figure, folder / f"{stem}-{name}.png")
            for name, figure in figures.items()
        ]


def load_classifier(
    weights: str | os.PathLike[str],
    *,
    labels: str | os.PathLike[str] | None = None,
    image_size: int | None = None,
    heads: int | None = None,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
    config: str | os.PathLike[str] | None = None,
) -> Classifier:
    """Build the network that a file of weights belongs to.

    Args:
        weights: a .safetensors or .npz file.
        labels: a text file with the name of a class in each line.
        image_size: to run the network at; positions are interpolated to it.
        heads: the number of attention heads, where neither a config nor the sizes tell.
        mean, std: one number, or one each for red, green and blue.
        config: Hugging Face's config.json; that beside the weights if not given.

    Raises:
        ValueError: the file is a pickle, damaged, or not the weights of a network we know.
        OSError: a file cannot be read.
        ImportError: reading safetensors needs its library.
    """
    path = Path(weights)
    state = read_weights(path)
    settings = _beside(path, "config.json", config)
    processing = _beside(path, "preprocessor_config.json", None)
    try:
        model, family = _build(state, settings, image_size, heads)
    except (RuntimeError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from error
    usual = _IMAGENET if family == "torchvision" else _HALF
    timms = settings.get("pretrained_cfg")
    timms = timms if isinstance(timms, Mapping) else {}
    classes = model.mlp_head if isinstance(model, ViT) else model.fc3
    if not hasattr(classes, "out_features"):
        raise ValueError(
            f"{path} has no classifier: it gives features, not classes; a run that `tinyvision "
            "pretrain` wrote gets one by: tinyvision finetune RUN"
        )
    return Classifier(
        model=model.eval(),  # type: ignore[arg-type]
        image_size=model.image_size if isinstance(model, ViT) else (32, 32),
        mean=_three(
            _first(mean, processing.get("image_mean"), timms.get("mean"), usual[0]), "mean"
        ),
        std=_three(
            _first(std, processing.get("image_std"), timms.get("std"), usual[1]), "std", True
        ),
        labels=_labels(labels, settings.get("id2label"), classes.out_features),
    )


def read_weights(path: Path) -> dict[str, Tensor]:
    """Tensors by name from a .safetensors or .npz file.

    Raises:
        ValueError: another kind of file, or a damaged one.
    """
    kind = path.suffix.lower()
    if kind == ".safetensors":
        return interop.load_safetensors(path)
    if kind == ".npz":
        return interop.load_npz(path)
    if kind in _PICKLES:
        raise ValueError(
            f"{path} is a pickle, which can run any code when it is opened, so it is refused. If "
            "you trust it, convert it with torch: from safetensors.torch import save_file; "
            f"save_file(torch.load({path.name!r}, weights_only=True), "
            f"{path.with_suffix('.safetensors').name!r})"
        )
    if path.is_dir():
        raise ValueError(f"{path} is a folder; give a .safetensors or .npz file{_some_in(path)}")
    raise ValueError(f"{path} is neither a .safetensors nor a .npz file, as weights must be")


def _some_in(folder: Path) -> str:
    """Weights that lie in a folder, for a message; a run has one such file."""
    found = sorted(p for p in folder.iterdir() if p.suffix.lower() in (".npz", ".safetensors"))
    return f", such as {found[0]}" if found else ""


def read_image(path: str | os.PathLike[str]) -> np.ndarray:
    """An image file as an array (H, W, 3) from 0 to 1; grey becomes RGB, transparency is dropped.

    Raises:
        OSError: there is no such file.
        ValueError: it is not an image.
    """
    from matplotlib.image import imread  # takes a moment to import

    check_there(path)
    try:
        # With any word but 'png' the format is found out from the file itself; an absolute path is
        # never taken for an address on the network.
        image = imread(os.path.abspath(path), format="any")
    except Exception as error:  # what Pillow raises depends on the format and the damage
        raise ValueError(f"{path} is not an image that can be read ({error})") from error
    if image.dtype.kind == "u":
        image = image / float(np.iinfo(image.dtype).max)
    if image.ndim == 2:
        image = np.repeat(image[:, :, None], 3, axis=2)  # (H, W) -> (H, W, 3)
    return np.asarray(image[:, :, :3], np.float32)


def check_there(path: str | os.PathLike[str]) -> None:
    """Raise an OSError unless there is such a file."""
    if not Path(path).is_file():
        raise FileNotFoundError(f"no image {path}; check the path")


def prepare(
    image: np.ndarray,
    size: tuple[int, int],
    mean: Sequence[float] = _HALF[0],
    std: Sequence[float] = _HALF[1],
) -> Tensor:
    """Resize until the image just covers the size, cut out its centre, normalise.

    Args:
        image: (H, W, 3) from 0 to 1.
        size: (height, width).
        mean, std: of the three channels.

    Returns:
        (1, 3, height, width).

    >>> prepare(np.full((40, 60, 3), 0.75, np.float32), (32, 32))[0, :, 5, 5]
    tensor([0.5, 0.5, 0.5])
    """
    height, width = image.shape[:2]
    scale = max(size[0] / height, size[1] / width)
    covering = [max(round(height * scale), size[0]), max(round(width * scale), size[1])]
    # (H, W, 3) -> (1, 3, H, W)
    pixels = tensor(np.ascontiguousarray(image.transpose(2, 0, 1)[None], np.float32))
    if covering != [height, width]:
        pixels = interpolate(
            pixels, size=tuple(covering), mode="bicubic", align_corners=False, antialias=True
        ).clamp(0.0, 1.0)
    top, left = ((have - want) // 2 for have, want in zip(covering, size, strict=True))
    cut = pixels[:, :, top : top + size[0], left : left + size[1]]
    shape = (1, 3, 1, 1)
    return (cut - tensor(list(mean)).reshape(shape)) / tensor(list(std)).reshape(shape)


def run(options: Any) -> int:
    """The command: print the most probable classes of each image."""
    for name in options.images:  # before the weights, which take longer
        check_there(name)
    classifier = load_classifier(
        options.weights,
        labels=options.labels,
        image_size=options.image_size,
        heads=options.heads,
        mean=options.mean,
        std=options.std,
        config=options.config,
    )
    height, width = classifier.image_size
    numbers = [_numbers(values, classifier.grey) for values in (classifier.mean, classifier.std)]
    kind = "grey images" if classifier.grey else "images"
    count = sum(p.numel() for p in classifier.model.parameters())
    print(
        f"{options.weights}: {count:,} parameters, {len(classifier.labels):,} classes, "
        f"{kind} of {height} by {width} pixels, mean {numbers[0]}, std {numbers[1]}"
    )
    for name in options.images:
        print(name)
        image = read_image(name)
        for label, probability in classifier.top(image, options.top):
            print(f"  {probability:7.2%}  {label}")
        if options.pictures:
            for path in classifier.draw(image, Path(options.pictures), Path(name).stem):
                print(f"  {path}")
    return 0


def _numbers(values: Sequence[float], grey: bool) -> str:
    """One for each channel; one alone where three equal ones stand for a single grey channel.

    >>> _numbers((0.5, 0.5, 0.5), grey=True), _numbers((0.5, 0.5, 0.5), grey=False)
    ('0.5', '0.5 0.5 0.5')
    """
    alone = grey and len(set(values)) == 1
    return " ".join(f"{value:g}" for value in (values[:1] if alone else values))


def _beside(weights: Path, name: str, given: str | os.PathLike[str] | None) -> Mapping[str, Any]:
    """The settings in a file that is given, or that lies beside the weights; else none."""
    path = Path(given) if given is not None else weights.with_name(name)
    if given is not None or path.is_file():
        return read_json(path)
    return {}


def _build(
    state: dict[str, Tensor],
    settings: Mapping[str, Any],
    image_size: int | None,
    heads: int | None,
) -> tuple[ViT | CNN, str]:
    if state.keys() == (cnn := CNN()).state_dict().keys():
        if image_size not in (None, 32):
            raise ValueError(f"the article's CNN takes images of 32 by 32, not {image_size}")
        cnn.load_state_dict(state)
        return cnn, "cnn"
    family = interop.detect_family(state)
    if family == "vit_pytorch" and "dim" in settings:  # as `tinyvision train vit` writes them
        ours = ViT(**{name: value for name, value in settings.items() if name != "id2label"})
        if state.keys() == ours.state_dict().keys():
            ours.load_state_dict(state)  # a fine-tuned one may have a norm that vit-pytorch has not
        else:
            interop.load_vit_pytorch(ours, state)
        return ours if image_size is None else ours.resize(image_size), family
    if family == "hf" and settings:
        model = interop.vit_from_config(settings, "hf")
        interop.load_hf(model, state, ignore=_BESIDES)
        return model if image_size is None else model.resize(image_size), family
    model = interop.vit_from_state_dict(state, heads, image_size, family, ignore=_BESIDES)
    return model, family


def _first(*values: Any) -> Any:
    """The first that is given."""
    return next(value for value in values if value is not None)


def _three(values: Any, name: str, positive: bool = False) -> tuple[float, ...]:
    values = [values] if isinstance(values, (int, float)) else list(values)
    numbers = all(isinstance(v, (int, float)) and np.isfinite(v) for v in values)
    if len(values) not in (1, 3) or not numbers or (positive and min(values) <= 0):
        raise ValueError(
            f"{name} must be one{' positive' if positive else ''} number or three (red, green, "
            f"blue), got {values!r}"
        )
    return tuple(float(v) for v in values) * (3 // len(values))


def _labels(file: Any, id2label: Any, classes: int) -> list[str]:
    """The classes' names: from the text file, else from Hugging Face's config, else numbers."""
    if file is not None:
        try:
            labels = Path(file).read_text("utf-8").splitlines()
        except UnicodeDecodeError as error:
            raise ValueError(f"{file} is not a text file of class names ({error})") from error
        if len(labels) != classes:
            raise ValueError(
                f"{file} names {len(labels)} classes, one a line, but the network has {classes}"
            )
        return labels
    named = id2label if isinstance(id2label, Mapping) else {}
    return [str(named.get(str(i), f"class {i}")) for i in range(classes)]
