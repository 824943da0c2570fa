"""Cases of layers: losses."""

from ... import nn
from ..layer import ANSWERS, LABELS, ROWS, Layer

LAYERS = [
    Layer(lambda: nn.CrossEntropyLoss(), ROWS, "CrossEntropyLoss()", target=LABELS),
    Layer(lambda: nn.NLLLoss(), ROWS, "NLLLoss()", target=LABELS),
    Layer(lambda: nn.MSELoss(), ROWS, "MSELoss()", target=ANSWERS),
    Layer(lambda: nn.L1Loss(), ROWS, "L1Loss()", target=ANSWERS),
    Layer(lambda: nn.BCEWithLogitsLoss(), ROWS, "BCEWithLogitsLoss()", target=ANSWERS),
    Layer(lambda: nn.KLDivLoss(), ROWS, "KLDivLoss()", target=ANSWERS),
]
