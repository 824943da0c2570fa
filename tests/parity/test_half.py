"""float16 against torch: what is added up on the way must be added up in a wider type."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

# One unit in the last place of float16 is 1e-3 of the number; torch rounds once, at the end.
HALF = {"rtol": 2e-3, "atol": 1e-4}

CASES = {
    "sum": lambda t, x: x.sum(1),
    "mean": lambda t, x: (x.mean(1), x.mean()),
    "mean of large numbers": lambda t, x: (x * 1000 + 30000).mean(1),
    "var": lambda t, x: (x.var(1), x.std(0)),
    "variance of large numbers": lambda t, x: (x * 100).var(1),
    "softmax": lambda t, x: t.softmax(x, 1),
    "log_softmax": lambda t, x: t.log_softmax(x, 1),
    "logsumexp": lambda t, x: t.logsumexp(x, 1),
    "layer_norm": lambda t, x: t.nn.functional.layer_norm(x * 100, (x.shape[1],)),
    "batch_norm": lambda t, x: t.nn.functional.batch_norm(x.T * 10, None, None, training=True),
    "matmul": lambda t, x: x @ x.T,
    "linear": lambda t, x: t.nn.functional.linear(x, x),
    "avg_pool2d": lambda t, x: t.nn.functional.avg_pool2d(x.reshape(1, 4, 30, 25), 5),
    "adaptive_avg_pool2d": lambda t, x: t.nn.functional.adaptive_avg_pool2d(
        x.reshape(1, 4, 30, 25), 1
    ),
    "conv2d": lambda t, x: t.nn.functional.conv2d(
        x.reshape(1, 4, 30, 25), x[:, :36].reshape(4, 4, 3, 3)
    ),
    "cross_entropy": lambda t, x: t.nn.functional.cross_entropy(x, t.tensor([0, 1, 2, 3])),
    "mse_loss": lambda t, x: t.nn.functional.mse_loss(x * 100, -x * 100),
    "gelu": lambda t, x: t.nn.functional.gelu(x),
    "sigmoid": lambda t, x: t.sigmoid(x),
    "norm": lambda t, x: t.norm(x * 100, dim=1),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_half_precision_is_as_exact_as_torchs(agree, normal, case):
    x = np.round(normal(4, 750), 2)
    agree(case, x, dtype="float16", order=0, tolerance=HALF)
