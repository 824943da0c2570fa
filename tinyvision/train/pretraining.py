"""Pre-training on images without labels: a masked autoencoder, from a data set's name to a folder.

What it leaves is read again by :func:`load_pretrained`, for fine-tuning and probing.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from .. import data
from ..autograd.tensor import from_numpy
from ..files import replacing
from ..interop.configs import read_json, read_statistics
from ..models import MAE
from ..models.mae_reconstruction import Reconstruction
from ..ops.chance.random import Generator, manual_seed, rand
from ..optim import AdamW
from ..report import write_report
from ..serialization import load
from ..terminal import Steady
from .batches import Batches
from .layer_groups import decay_groups
from .loop import Epoch, Training
from .masked import MaskedPatches
from .networks import NETWORKS
from .recipes import Recipe, warm_up_and_cosine
from .report import check_writable, write_results
from .resumable import Resumable
from .run import check_begun_by, check_images, count
from .words import command_line

PRETRAINING = {
    "digits": Recipe(120, 64, 2e-3, weight_decay=0.05, adaptive=True),
    "mnist": Recipe(8, 64, 1e-3, weight_decay=0.05, adaptive=True),
    "fashion-mnist": Recipe(8, 64, 1e-3, weight_decay=0.05, adaptive=True),
    "cifar10": Recipe(20, 64, 1e-3, flip=True, weight_decay=0.05, adaptive=True),
}
_STATISTICS = "preprocessor_config.json"
_SHOWN = 256  # so many held-out images the errors in the picture are of


@dataclass(frozen=True)
class Pretrained:
    """What pre-training came to.

    Attributes:
        model: the masked autoencoder.
        summary: what was trained, how, and to which errors.
        history: of the training, as far as it is known.
        files: of the run.
        mean, std: of each channel, as the images were normalised.
        written: whether the files were written now, or left alone where the run had finished.
    """

    model: MAE
    summary: dict[str, Any]
    history: list[Epoch]
    files: list[Path]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    written: bool = True

    def normalized_alike(self, images: data.ImageSet) -> data.ImageSet:
        """Other images, to be normalised as those were that the model knows.

        Raises:
            ValueError: they are of another size, or have other channels.
        """
        shape = images.train_images.shape[1:]
        shape = shape if len(shape) == 3 else (1, *shape)
        wanted = (self.model.channels, *self.model.image_size)
        if shape != wanted:
            raise ValueError(
                f"the encoder was pre-trained on images of {self.summary['data']}, of shape "
                f"{wanted}, and those of {images.name} are {shape}; give --data of that shape, or "
                "pre-train on these"
            )
        return replace(images, mean=self.mean, std=self.std)


def mae_settings(
    images: data.ImageSet, mask_ratio: float = 0.75, norm_pix: bool = False
) -> dict[str, Any]:
    """The keyword arguments of a small MAE for a data set.

    >>> mae_settings(data.load_dataset("digits"))["patch_size"]
    2
    """
    size = images.train_images.shape[-1]
    small = size < 16
    dim = 64 if small else 96
    return {
        "image_size": size,
        "patch_size": 2 if small else 4,
        "channels": len(images.mean),
        "dim": dim,
        "depth": 3 if small else 4,
        "heads": 4,
        "mlp_dim": 2 * dim,
        "decoder_dim": dim // 2,
        "decoder_depth": 1,
        "decoder_heads": 4,
        "mask_ratio": mask_ratio,
        "norm_pix_loss": norm_pix,
    }


def pretrain(
    data_name: str | None = None,
    *,
    data_dir: str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str],
    seed: int | None = None,
    mask_ratio: float | None = None,
    norm_pix: bool | None = None,
    resume: bool = False,
    overwrite: bool = False,
    checkpoint_every: int | None = None,
    keep: int | None = None,
    pictures: bool = True,
    stream: Any = None,
    **options: Any,
) -> Pretrained:
    """Pre-train a masked autoencoder on a data set's images; labels are not looked at.

    Killed at any moment and resumed, it ends with the same weights to the bit.

    Args:
        data_name: 'digits' (if not given), 'mnist', 'fashion-mnist' or 'cifar10'.
        data_dir, out, resume, overwrite, checkpoint_every, keep, pictures, stream: as
            :func:`train`.
        seed: the same seed gives the same run; 0 if not given.
        mask_ratio: the share of patches that are removed; 0.75 if not given.
        norm_pix: whether each patch to be predicted is normalised by itself.
        options: of :class:`Recipe`, where it should differ from that for the data.

    Raises:
        ValueError: an unknown data set, an option out of range or not that of the run that is
            resumed, a damaged file, a run in ``out``.
        OSError: data that are not there, or a folder that cannot be written to.
        FloatingPointError: the loss became NaN or infinite.
        Interrupted: Control-C was pressed; the run can be resumed.

    Source: He et al., "Masked Autoencoders Are Scalable Vision Learners" (2022).
    """
    folder = Path(out)
    run = Resumable(
        folder, resume=resume, overwrite=overwrite, keep=keep, every=checkpoint_every,
        pictures=pictures, stream=Steady(sys.stdout) if stream is None else stream,
        command="tinyvision pretrain --resume",
    )  # fmt: skip
    given = {
        "data": data_name, "seed": seed, "mask_ratio": mask_ratio, "norm_pix": norm_pix, **options,
    }  # fmt: skip
    settings: dict[str, Any] = {"network": "mae", "mask_ratio": 0.75, "norm_pix": False, "seed": 0}
    if run.saved is not None:
        check_begun_by("pretrain", folder, run.saved)
        settings = run.agreed(given)
    else:
        if resume:
            run.say(f"there is no checkpoint in {folder} yet; the run begins")
        name = data_name or "digits"
        if name not in PRETRAINING:
            data.load_dataset(name)  # which says what there is
        settings |= {"data": name, **asdict(PRETRAINING[name].changed(**options))}
        settings |= {name: value for name, value in given.items() if value is not None}
    data_dir = data_dir or settings.get("data_dir")
    images = data.load_dataset(settings["data"], data_dir)
    check_images(settings, images)
    settings["data_dir"] = data_dir and os.path.abspath(data_dir)
    recipe = Recipe(**{f.name: settings[f.name] for f in fields(Recipe) if f.name in settings})

    prepare = NETWORKS["vit"].prepare(images)
    inputs, held_out = prepare(images.train_images), prepare(images.test_images)
    manual_seed(settings["seed"])
    model = MAE(**mae_settings(images, settings["mask_ratio"], settings["norm_pix"]))
    training = _prepared(model, inputs, held_out, recipe)
    if left := run.results(training):
        return Pretrained(
            model, left.summary, training.history, left.files, images.mean, images.std,
            written=False,
        )  # fmt: skip
    check_writable(folder)
    run.say(
        f"pre-training a masked autoencoder ({sum(p.numel() for p in model.parameters()):,} "
        f"parameters) on {len(inputs):,} images of {images.name} without their labels, "
        f"{count(recipe.epochs, 'epoch')} of {training.steps // recipe.epochs} steps"
    )
    if images.note:
        run.say(f"note: {images.note}")
    started = time.perf_counter()
    run.carry_out(training, settings)
    seconds = time.perf_counter() - started

    seen = _reconstructed(model, inputs, held_out, images)
    run.say(
        f"squared error on removed patches of {len(seen.original)} held-out images: "
        f"{seen.error:.4f} (the mean image: {seen.baseline_error:.4f}), after {seconds:.1f} s of "
        "training"
    )
    summary = {
        "network": "mae",
        "data": images.name,
        "note": images.note,
        "seed": settings["seed"],
        "mask_ratio": model.mask_ratio,
        "norm_pix": model.norm_pix_loss,
        "recipe": asdict(recipe),
        "test_loss": training.history[-1].test["loss"],
        "pixel_error": seen.error,
        "mean_image_error": seen.baseline_error,
        "seconds": sum(epoch.seconds for epoch in training.history),
        "command": command_line("pretrain", settings),
    }
    files = write_results(folder, model, training.history, summary)
    files += _write_settings(folder, settings, images)
    if pictures:
        files += _draw(folder, training, seen, model.patch_size)
    run.note_results(files)
    return Pretrained(model, summary, training.history, files, images.mean, images.std)


def load_pretrained(folder: str | os.PathLike[str]) -> Pretrained:
    """Read what :func:`pretrain` wrote.

    Raises:
        OSError: there is no such folder, or the run has not come to its end.
        ValueError: what lies there is damaged, or was not pre-trained.
    """
    path = Path(folder)
    if not path.is_dir():
        raise FileNotFoundError(f"no run {str(folder)!r}: there is no such folder")
    for name in ("weights.npz", "metrics.json", _STATISTICS):
        if not (path / name).is_file():
            raise FileNotFoundError(
                f"{folder} holds no {name}; a run is a folder that `tinyvision pretrain` wrote to "
                "its end"
            )
    summary = read_json(path / "metrics.json")
    if summary.get("network") != "mae":
        raise ValueError(
            f"{folder} holds {summary.get('network')!r}, not a masked autoencoder; give a folder "
            "that `tinyvision pretrain` wrote"
        )
    try:
        model = MAE(**read_json(path / "config.json"))
        model.load_state_dict(load(path / "weights.npz"))
    except (TypeError, RuntimeError) as error:
        raise ValueError(f"{folder}: settings and weights do not fit together: {error}") from error
    return Pretrained(model, summary, [], [], *read_statistics(path / _STATISTICS))


def _prepared(model: MAE, inputs: np.ndarray, held_out: np.ndarray, recipe: Recipe) -> Training:
    """The run before its first step; the same arguments make the same run."""
    batches = Batches([inputs], recipe.batch_size, recipe.changes(inputs))
    groups = decay_groups(model, recipe.weight_decay)
    optimizer = AdamW(groups, recipe.lr, betas=(0.9, 0.95))
    return Training(
        MaskedPatches(held_out),
        model,
        batches,
        optimizer=optimizer,
        schedule=warm_up_and_cosine(optimizer, recipe.steps(len(batches))),
        epochs=recipe.epochs,
        clip=recipe.clip,
        accumulate=recipe.accumulate,
    )


def _reconstructed(
    model: MAE, inputs: np.ndarray, held_out: np.ndarray, images: data.ImageSet
) -> Reconstruction:
    """Held-out images as the model predicts them, with the same masks for every model."""
    some = from_numpy(held_out[:_SHOWN])
    noise = rand(len(some), model.patches, generator=Generator().manual_seed(0))
    return model.reconstruct(
        some, noise, mean=images.mean, std=images.std, mean_image=inputs.mean(axis=0)
    )


def _write_settings(folder: Path, settings: dict[str, Any], images: data.ImageSet) -> list[Path]:
    contents = {
        "config.json": mae_settings(images, settings["mask_ratio"], settings["norm_pix"]),
        _STATISTICS: {"image_mean": images.mean, "image_std": images.std},
    }
    for name, content in contents.items():
        with replacing(folder / name) as file:
            file.write(json.dumps(content, indent=2).encode() + b"\n")
    return [folder / name for name in contents]


def _draw(folder: Path, training: Training, seen: Reconstruction, patch_size: Any) -> list[Path]:
    from .. import viz  # matplotlib takes longer to import than the rest together

    rows = [epoch.row() for epoch in training.history]
    figures = {
        "curves.png": viz.training_curves(rows, training.task.loss_unit),
        "reconstruction.png": viz.reconstructions(
            seen.original, seen.predicted, seen.mask, patch_size, seen.baseline,
            rescaled=seen.rescaled,
        ),
    }  # fmt: skip
    drawn = [viz.save_figure(figure, folder / name) for name, figure in figures.items()]
    return [*drawn, write_report(folder)]
