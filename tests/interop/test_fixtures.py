"""The scores that torch gave for small networks, from files (see tests/fixtures/make.py)."""

import json
from pathlib import Path

import numpy as np
import pytest

import tinyvision as tv

FILES = sorted(Path(__file__).parents[1].joinpath("fixtures").glob("*.npz"))


def read(path):
    with np.load(path, allow_pickle=False) as file:
        about = json.loads(bytes(file["about"]))
        flat, images, scores = file["weights"], file["images"], file["scores"]
    sizes = [int(np.prod(shape)) for shape in about["shapes"].values()]
    parts = np.split(flat, np.cumsum(sizes)[:-1])
    state = {
        name: part.reshape(shape)
        for (name, shape), part in zip(about["shapes"].items(), parts, strict=True)
    }
    return about, state, images, scores


def test_there_is_one_of_each_family():
    assert {read(path)[0]["family"] for path in FILES} == {
        "vit_pytorch",
        "timm",
        "hf",
        "torchvision",
    }


@pytest.mark.parametrize(("dtype", "close"), [("float32", 1e-4), ("float64", 1e-9)])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_scores_are_those_of_torch(path, dtype, close):
    about, state, images, scores = read(path)
    model = tv.interop.vit_from_config(about["config"], about["family"]).to(dtype).eval()
    getattr(tv.interop, f"load_{about['family']}")(model, state)
    found = model(tv.tensor(images.astype(dtype))).detach().numpy()
    assert found.dtype == dtype
    np.testing.assert_allclose(found, scores, rtol=0, atol=close)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_weights_alone_give_the_same_network(path):
    about, state, images, scores = read(path)
    size = images.shape[2:]
    patch = {"patch_size": (2, 3)} if about["family"] == "vit_pytorch" else {}
    assert tv.interop.detect_family(state) == about["family"]
    model = tv.interop.vit_from_state_dict(state, heads=about["heads"], image_size=size, **patch)
    found = model(tv.tensor(images)).detach().numpy()
    np.testing.assert_allclose(found, scores, rtol=0, atol=1e-4)
