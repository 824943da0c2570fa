"""Cases of layers: losses."""

import numpy as np

from ... import nn
from ..layer import ANSWERS, LABELS, ROWS, Layer

COUNTS = np.arange(12.0).reshape(4, 3)
SIGNS = np.where(ANSWERS > 0.4, 1, -1)
LISTS = np.array([[2, 0, -1], [1, -1, -1], [0, 2, -1], [1, 2, -1]])


def reducing(make, target, call=None):
    """A loss made without options."""
    options = {} if call is None else {"call": call}
    return Layer(make, ROWS, f"{make.__name__}()", target=target, **options)


def of_probabilities(layer, x, target):
    return layer(x.sigmoid(), target)


def of_two(layer, x, target):
    """What compares two inputs: the rows with themselves, the columns in another order."""
    return layer(x, x.roll(1, 1) * 0.5, target)


def of_two_vectors(layer, x, target):
    return layer(x, x.roll(1, 1) * 0.5, target[:, 0])


def with_variance(layer, x, target):
    return layer(x, target, target + 0.5)


LAYERS = [
    reducing(nn.CrossEntropyLoss, LABELS),
    reducing(nn.NLLLoss, LABELS),
    reducing(nn.MSELoss, ANSWERS),
    reducing(nn.L1Loss, ANSWERS),
    reducing(nn.SmoothL1Loss, ANSWERS),
    reducing(nn.HuberLoss, ANSWERS),
    reducing(nn.BCELoss, ANSWERS, of_probabilities),
    reducing(nn.BCEWithLogitsLoss, ANSWERS),
    reducing(nn.KLDivLoss, ANSWERS),
    reducing(nn.PoissonNLLLoss, COUNTS),
    reducing(nn.GaussianNLLLoss, ANSWERS, with_variance),
    reducing(nn.SoftMarginLoss, SIGNS),
    reducing(nn.HingeEmbeddingLoss, SIGNS),
    reducing(nn.MarginRankingLoss, SIGNS, of_two),
    reducing(nn.MultiMarginLoss, LABELS),
    reducing(nn.MultiLabelMarginLoss, LISTS),
    reducing(nn.MultiLabelSoftMarginLoss, ANSWERS),
    reducing(nn.CosineEmbeddingLoss, SIGNS, of_two_vectors),
    reducing(nn.TripletMarginLoss, ANSWERS, of_two),
    reducing(nn.TripletMarginWithDistanceLoss, ANSWERS, of_two),
]
