"""No text of a figure covers another or runs off its edge."""

import functools

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.viz as viz
from tinyvision.autograd.graph import graph_of

FASHION = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
]
LONG = [f"a class with quite a long name, {i}" for i in range(10)]
rng = np.random.default_rng(0)


def history(epochs, gap):
    train = 2.5 * np.exp(-np.arange(epochs) / 10)
    return {
        "train_loss": train,
        "test_loss": train + gap,
        "train_accuracy": 1 - train / 3,
        "test_accuracy": np.maximum(0, 1 - train / 3 - gap),
    }


def wrong(names):
    """Images that are all classified wrongly, class i as class i + 1."""
    labels = np.arange(10)
    return viz.most_wrong(np.zeros((10, 1, 8, 8)), labels, np.roll(np.eye(10), 1, axis=1), names)


def graph(function, **options):
    """Of a function of two tensors, gone through back and forth while values are noted."""
    w, x = (tv.tensor([2.0, -1.5, 0.25], requires_grad=True) for _ in range(2))
    with tv.autograd.detect_anomaly():
        y = function(w, x)
        y.sum().backward()
    return viz.computation_graph(graph_of(y, {"w": w, "x": x}, **options))


def weights(*shape):
    """Attention weights, their rows summing to 1."""
    exponentials = np.exp(2 * rng.normal(size=shape))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def reconstructed(size, baseline=None, rescaled=False):
    """Seven images of 2 by 2 patches, some of them removed."""
    images, patch = rng.random((7, 1, *size)), (size[0] // 2, size[1] // 2)
    mean = None if baseline is None else np.full(size, baseline)
    mask = np.tile([1, 1, 0, 1], (7, 1))
    return viz.reconstructions(images, images + 1e-3, mask, patch, mean, rescaled=rescaled)


def labelled(counts, spread, seeds=5):
    """A label curve of five methods, all of nearly the same accuracy."""
    methods = {name: f"a way to learn, the {name}" for name in ("1st", "2nd", "3rd", "4th", "5th")}
    rows = [
        {
            "labels": n // 10,
            "images": n,
            "method": name,
            "mean": 0.9 + spread * i,
            "std": 0.01,
            "seeds": seeds,
        }
        for n in counts
        for i, name in enumerate(methods)
    ]
    return viz.label_curve(rows, methods, title="a data set: what pre-training buys")


FIGURES = {
    "a label curve": lambda: labelled([10, 20, 50, 100, 200, 500, 1000], 0.001),
    "a label curve of one point": lambda: labelled([100], 0.0, 1),
    "a label curve of many points": lambda: labelled(range(10, 40000, 700), 0.02),
    "curves of 1 epoch": lambda: viz.training_curves(history(1, 0.0)),
    "curves of 20 epochs": lambda: viz.training_curves(history(20, 0.3)),
    "curves of 500 epochs": lambda: viz.training_curves(history(500, 1e-6)),
    "curves that diverge": lambda: viz.training_curves({"train_loss": [1e8, 1e12, np.inf]}),
    "16 colour filters": lambda: viz.filters(rng.normal(size=(16, 3, 3, 3))),
    "100 colour filters": lambda: viz.filters(rng.normal(size=(100, 3, 5, 5))),
    "1 grey filter": lambda: viz.filters(rng.normal(size=(1, 1, 3, 3))),
    "40 filters of 8 channels": lambda: viz.filters(1e-5 * rng.normal(size=(40, 8, 1, 7))),
    "1 stage": lambda: viz.feature_maps(np.zeros((8, 8)), {"relu": np.ones((8, 8, 8))}),
    "5 stages": lambda: viz.feature_maps(
        np.zeros((3, 12, 8)), [(f"conv{i}", rng.normal(size=(9, 12, 8))) for i in range(5)]
    ),
    "confusion of digits": lambda: viz.confusion(np.eye(10, dtype=int) * 178, list("0123456789")),
    "confusion of clothes": lambda: viz.confusion(np.full((10, 10), 1000), FASHION),
    "confusion of long names": lambda: viz.confusion(np.full((10, 10), 1), LONG),
    "confusion of one class": lambda: viz.confusion([[123456]], ["cat"]),
    "confusion of 60 classes": lambda: viz.confusion(np.eye(60, dtype=int), LONG * 6),
    "mistakes in clothes": lambda: wrong(FASHION),
    "mistakes in digits": lambda: wrong(list("0123456789")),
    "mistakes of long names": lambda: wrong(LONG),
    "no mistakes": lambda: viz.most_wrong(np.zeros((1, 2, 2)), [0], [[1.0]], ["cat"]),
    "the article's window": lambda: viz.sliding_window(
        np.arange(1, 10).reshape(3, 3), [[1, 2], [3, 4]]
    ),
    "a window of decimals": lambda: viz.sliding_window(
        rng.normal(size=(4, 5)), -rng.random((3, 3)) / 100
    ),
    "a window of one pixel": lambda: viz.sliding_window([[2]], [[-123456.0]]),
    "many windows": lambda: viz.sliding_window(rng.integers(0, 255, size=(7, 7)), np.eye(2)),
    "the article's attention": lambda: viz.attention_steps(
        [1, 2, 3, 4], [[2, 1, 4, 3], [4, 3, 2, 1]], [[2, 1, 4, 3], [4, 3, 2, 1]]
    ),
    "attention of decimals": lambda: viz.attention_steps(
        rng.normal(size=5), rng.normal(size=(8, 5)), rng.normal(size=(8, 1))
    ),
    "attention to one number": lambda: viz.attention_steps([1], [[1]], [[2]]),
    "16 patches": lambda: viz.patch_grid(rng.random((8, 8)), 2),
    "196 patches": lambda: viz.patch_grid(rng.random((3, 28, 28)), 2, limit=35),
    "504 patches": lambda: viz.patch_grid(rng.random((3, 36, 56)), 2),
    "rows as patches": lambda: viz.patch_grid(rng.random((28, 28)), (1, 28)),
    "columns as patches": lambda: viz.patch_grid(rng.random((28, 28)), (28, 1)),
    "1 patch": lambda: viz.patch_grid(rng.random((9, 3)), (9, 3)),
    "attention of 1 head": lambda: viz.attention_maps(rng.random((8, 8)), weights(1, 16, 16), 2),
    "attention of 12 heads": lambda: viz.attention_maps(
        rng.random((3, 18, 28)), weights(12, 127, 127), 2
    ),
    "attention of a patch in a tall image": lambda: viz.attention_maps(
        rng.random((3, 40, 8)), weights(4, 41, 41), (4, 2), query=3
    ),
    "rollout of 1 layer": lambda: viz.rollout(rng.random((8, 8)), weights(1, 1, 16, 16), 2),
    "rollout to a patch in a wide image": lambda: viz.rollout(
        rng.random((3, 4, 32)), weights(12, 2, 33, 33), 2, query=31
    ),
    "an explanation": lambda: viz.explanation(
        rng.random((3, 8, 8)),
        {"Grad-CAM": rng.random((8, 8))},
        [(name, 0.1) for name in FASHION[:5]],
        {"occlusion": rng.normal(size=(8, 8))},
        note="held-out image 3 of fashion-mnist\nGrad-CAM\nocclusion",
    ),
    "an explanation of long names": lambda: viz.explanation(
        rng.random((4, 30)), {}, [(LONG[0], 1.0)], {"one map": np.zeros((4, 30))}
    ),
    "an explanation of a tall image with many classes": lambda: viz.explanation(
        rng.random((40, 8)), {"a map of a long name": np.eye(5)}, [("cat", 0.05)] * 20
    ),
    "reconstructions": lambda: reconstructed((8, 8)),
    "reconstructions of wide images": lambda: reconstructed((8, 32), baseline=0.5),
    "reconstructions of tall images, rescaled": lambda: reconstructed(
        (32, 8), baseline=0.5, rescaled=True
    ),
    "places of 14 × 14 patches": lambda: viz.position_similarity(rng.normal(size=(197, 8)), 14),
    "places of 18 × 28 patches": lambda: viz.position_similarity(
        rng.random(size=(505, 8)), (18, 28)
    ),
    "places in a row": lambda: viz.position_similarity(rng.random(size=(9, 8)), (1, 8)),
    "places in a column": lambda: viz.position_similarity(rng.random(size=(8, 8)), (8, 1)),
    "28 components": lambda: viz.embedding_filters(rng.normal(size=(64, 48)), 4, 3),
    "1 component": lambda: viz.embedding_filters(rng.normal(size=(2, 4)), 2, 1),
    "100 components": lambda: viz.embedding_filters(rng.normal(size=(128, 147)), 7, 3, count=100),
    "the graph of an expression": lambda: graph(lambda w, x: ((w * x + 3).tanh() - 1) ** 2 + w * w),
    "the graph of a sum of 20 products": lambda: graph(
        lambda w, x: tv.stack([w[i % 2] * x[i % 3] for i in range(20)]).sum(), limit=70
    ),
    "the graph of a chain that is cut off": lambda: graph(
        lambda w, x: functools.reduce(lambda y, i: y * x + i, range(40), w)
    ),
    "the graph of a leaf": lambda: graph(lambda w, x: w),
    "an equation of matrices": lambda: viz.matrices(
        [("windows", rng.normal(size=(4, 4))), "·", ("kernel", np.ones(4)), "=", ("Y", [1e5] * 4)],
        "A heading that is longer than its matrices are wide, as happens",
        "and a caption\nof two lines",
    ),
    "images in two rows": lambda: viz.matrices(
        [
            ("a long title over one pixel", [[1]]),
            ("b", rng.random((30, 9)), {"note": "two\nlines"}),
            "\n",
            ("c", rng.normal(size=(8, 8)), {"digits": 2}),
            "→",
            ("d", rng.random((9, 9))),
        ],
        "Images",
    ),
    "frames of a window": lambda: viz.window_frames(rng.normal(size=(5, 4)), np.ones((3, 2)))[3],
    "six lines": lambda: viz.lines(
        {f"curve {i}": (np.arange(1, 90), np.full(89, 10.0**i)) for i in range(6)},
        "learning rate",
        "loss (nats)",
        "Heading",
        "a caption\nof two lines",
        log="xy",
    ),
    "one line": lambda: viz.lines(
        {"a long name that is not needed": (2.0 ** np.arange(8), np.arange(8))},
        "patch side (pixels)",
        "pairs",
        "Heading",
        log="x",
    ),
    "two paths": lambda: viz.descent_paths(
        lambda u, v: u**2 + 10 * v**2,
        {"gradient descent": [[4, 1], [2, -1]], "Adam": [[4, 1], [3, 0]]},
        (-5, 5, -2, 2),
        "Heading",
        "caption",
        lowest=(0, 0),
    ),
    "bars": lambda: viz.bars({"a name": 1, "another, longer one": 123456789}, "Bars", unit="ms"),
}


@pytest.fixture(params=FIGURES, scope="module")
def figure(request):
    # Made once for all the tests that only look at it.
    return FIGURES[request.param]()


def test_no_text_covers_another(figure, overlaps):
    assert overlaps(figure) == []


def test_no_text_runs_off_the_edge(figure, cut_off):
    assert cut_off(figure) == []


def test_every_text_can_be_read_at_half_size(figure):
    # 8 points are 16 pixels at 150 dots per inch: 8 at half size, which is still legible.
    sizes = [
        text.get_size() for text in [*figure.texts, *(t for a in figure.axes for t in a.texts)]
    ]
    assert min(sizes) >= 8


def test_the_check_finds_texts_that_overlap(overlaps, cut_off):
    figure = viz.training_curves({"train_loss": [1.0]})
    figure.text(0.5, 0.5, "one")
    figure.text(0.505, 0.5, "other")
    figure.text(-0.01, 0.7, "outside")
    assert ("one", "other") in overlaps(figure)
    assert cut_off(figure) == ["outside"]


def test_the_check_finds_slanted_names_that_overlap(overlaps):
    figure = viz.confusion(np.full((10, 10), 1), LONG)
    figure.axes[0].tick_params(axis="x", labelsize=40)
    assert overlaps(figure)
