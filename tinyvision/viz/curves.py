"""Learning curves: what training did, epoch by epoch."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .style import MUTED, OKABE_ITO, new_figure, panel, style, write

Curve = tuple[np.ndarray, np.ndarray]  # epochs counted from 1, and the value measured at each

# Each line has its own colour, marker and dash, so that it survives a black-and-white printer.
_LINES: dict[str, dict[str, Any]] = {
    "train": {"color": OKABE_ITO["blue"], "marker": "o", "linestyle": "-"},
    "held-out": {"color": OKABE_ITO["vermillion"], "marker": "s", "linestyle": "--"},
}
_PREFIXES = {"train": ("train",), "held-out": ("test", "val", "valid", "held_out")}
_QUANTITIES = ("loss", "accuracy")


def history_curves(history: Any) -> dict[tuple[str, str], Curve]:
    """Return the curves in `history`: {(quantity, which images): (epochs, values)}.

    Args:
        history: a mapping of columns, {"train_loss": [2.3, 1.9], "test_accuracy": [...], ...}, or
            a sequence of rows, one mapping an epoch, [{"train_loss": 2.3, ...}, ...]. The names are
            `train_`, and `test_` (or `val_`, `valid_`, `held_out_`), before `loss` or `accuracy`.
            Others are ignored. None, or a name missing from a row, says "not measured".

    Raises:
        TypeError: `history` is neither of the two.
        ValueError: there is no curve in it, or the columns differ in length.

    >>> curves = history_curves([{"train_loss": 2.5}, {"train_loss": 1.5, "test_loss": 2}])
    >>> curves["loss", "train"]
    (array([1, 2]), array([2.5, 1.5]))
    >>> curves["loss", "held-out"]
    (array([2]), array([2.]))
    """
    table = _columns(history)
    columns = {
        (quantity, which): table[f"{prefix}_{quantity}"]
        for quantity in _QUANTITIES
        for which, prefixes in _PREFIXES.items()
        for prefix in prefixes
        if f"{prefix}_{quantity}" in table
    }
    lengths = {len(values) for values in columns.values()}
    if len(lengths) > 1:
        raise ValueError(
            f"history has columns of {sorted(lengths)} epochs, expected one length: "
            "write None where a value was not measured"
        )
    curves = {}
    for key, values in columns.items():
        epochs = [i + 1 for i, value in enumerate(values) if value is not None]
        if epochs:
            curves[key] = np.array(epochs), np.array([float(values[i - 1]) for i in epochs])
    if not curves:
        raise ValueError(
            f"history holds no value to draw: its names are {sorted(map(str, table))}, expected "
            "train_loss, test_loss, train_accuracy or test_accuracy with a value for each epoch"
        )
    return curves


def _columns(history: Any) -> dict[str, Sequence[Any]]:
    if isinstance(history, Mapping):
        return dict(history)
    if isinstance(history, Sequence) and all(isinstance(row, Mapping) for row in history):
        names = dict.fromkeys(name for row in history for name in row)
        return {name: [row.get(name) for row in history] for name in names}
    raise TypeError(
        f"history is a {type(history).__name__}, expected a mapping of columns, "
        '{"train_loss": [...], ...}, or a list of one mapping an epoch'
    )


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Return one or two `heights`, moved apart just enough to lie `gap` from each other.

    >>> spread([0.5, 0.5], gap=0.5)
    [0.25, 0.75]
    >>> spread([0.9, 0.1], gap=0.5)
    [0.9, 0.1]
    """
    if len(heights) < 2:
        return list(heights)
    first, second = heights
    shift = max(0.0, gap - abs(first - second)) / 2
    return [first - shift, second + shift] if first <= second else [first + shift, second - shift]


def _draw(axes: Axes, curves: dict[str, Curve], label: str, per_cent: bool) -> None:
    """Draw the train and held-out curves of one quantity, each named at its right-hand end."""
    ends = {}
    for which, (epochs, values) in curves.items():
        finite = np.isfinite(values)
        if finite.any():
            every = max(1, int(finite.sum()) // 20)
            # Not clipped: half a marker at 100 % stands above the axis, which ends there.
            look = _LINES[which] | {"clip_on": False}
            axes.plot(epochs[finite], values[finite], markevery=every, **look)
            ends[which] = float(values[finite][-1])

    last = max(int(epochs[-1]) for epochs, _ in curves.values())
    margin = 0.5 if last == 1 else 0.03 * (last - 1)
    axes.set_xlim(1 - min(margin, 0.9), last + margin)  # there is no epoch 0
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    axes.grid(axis="y")
    axes.set_xlabel("epoch (passes over the training images)")
    axes.set_ylabel(label)

    low, high = axes.get_ylim()
    if per_cent:
        low, high = max(0.0, 10 * np.floor(low / 10)), 100.0
    else:  # a loss has a floor at 0: show how far away it is
        low = min(0.0, low) if min(ends.values(), default=0.0) < 0 else 0.0
    axes.set_ylim(low, high)

    heights = spread([(end - low) / (high - low) for end in ends.values()], gap=0.15)
    for (which, end), height in zip(ends.items(), heights, strict=True):
        axes.text(
            1.03,
            height,
            f"{which}\n{end:.1f} %" if per_cent else f"{which}\n{end:.3g}",
            color=_LINES[which]["color"],
            transform=axes.transAxes,
            va="center",
            linespacing=1.1,
        )


@style()
def training_curves(history: Any, loss_unit: str = "nats per image") -> Figure:
    """Draw loss, and accuracy if it was measured, against the epoch.

    The gap between the two lines of a panel is how much better the network knows the images it
    was trained on than images it has never seen. The number at the end of a line is its last value.

    Args:
        history: the measurements; `history_curves` says in which forms. Accuracies are fractions
            from 0 to 1 and are drawn in per cent. Values that are NaN or infinite are left out
            and the figure says so.
        loss_unit: the unit written beside the loss. Cross-entropy with the natural logarithm, the
            usual one, is in nats; write "squared error" for a regression.

    Raises:
        TypeError, ValueError: see `history_curves`; or an accuracy outside [0, 1].

    >>> history = {"train_loss": [2.1, 1.2], "test_loss": [1.8, 1.3]}
    >>> [axes.get_ylabel() for axes in training_curves(history).axes]
    ['loss (nats per image)']
    """
    curves = history_curves(history)
    labels = {"loss": f"loss ({loss_unit})", "accuracy": "accuracy (% of the images)"}
    drawn = [quantity for quantity in _QUANTITIES if any(key[0] == quantity for key in curves)]

    figure = new_figure(5.6 * len(drawn), 4.6)
    write(figure, 0.25, 0.15, "Training, epoch by epoch", size=13)
    for i, quantity in enumerate(drawn):
        lines = {which: curve for (name, which), curve in curves.items() if name == quantity}
        per_cent = quantity == "accuracy"
        if per_cent:
            lines = {which: (x, _per_cent(y, which)) for which, (x, y) in lines.items()}
        axes = panel(figure, left=0.8 + 5.6 * i, top=0.75, width=3.6, height=3.1)
        _draw(axes, lines, labels[quantity], per_cent)

    broken = [
        f"{which} {quantity} from epoch {epochs[~np.isfinite(values)][0]}"
        for (quantity, which), (epochs, values) in curves.items()
        if not np.isfinite(values).all()
    ]
    if broken:
        write(figure, 0.1, 4.55, f"NaN or infinite: {'; '.join(broken)}", va="bottom", color=MUTED)
    return figure


def _per_cent(values: np.ndarray, which: str) -> np.ndarray:
    outside = values[(values < 0) | (values > 1)]
    if outside.size:
        raise ValueError(
            f"history has a {which} accuracy of {outside[0]:g}, expected fractions from 0 to 1: "
            "divide per cents by 100"
        )
    return 100 * values
