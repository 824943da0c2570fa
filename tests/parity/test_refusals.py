"""What torch refuses, ours refuses: one table of calls that must raise in both."""

import pytest

import tinyvision as tv

torch = pytest.importorskip("torch")

REFUSALS = (ValueError, TypeError, IndexError, RuntimeError)
# A name that is not there is what these are about; anywhere else it would be a slip of the table.
NAMES = {
    "a layer before init": AttributeError,
    "a submodule that is not there": AttributeError,
    "an attribute that is not there": AttributeError,
    "a name with a dot": KeyError,
}


def leaf(t, *shape):
    return t.ones(*shape, requires_grad=True)


def conv(t, x=(1, 2, 5, 5), w=(4, 2, 3, 3), bias=None, **options):
    f = t.nn.functional
    return f.conv2d(t.ones(x), t.ones(w), None if bias is None else t.ones(bias), **options)


def used_twice(t):
    y = leaf(t, 2).exp().sum()
    y.backward()
    y.backward()


def changed_leaf(t):
    leaf(t, 2).add_(1)


def item_of_many(t):
    return t.ones(2).item()


def inference_tensor_in_a_graph(t):
    with t.inference_mode():
        x = t.ones(2)
    return leaf(t, 2) * x


def parameter_before_init(t):
    class Net(t.nn.Module):
        def __init__(self):
            self.fc = t.nn.Linear(1, 1)

    Net()


def assigned(t, index, value):
    x = t.zeros(2, 3)
    x[index] = value


def optimiser(t, name="SGD", params=None, **options):
    return getattr(t.optim, name)([leaf(t, 2)] if params is None else params(t), **options)


def schedule(t, name, *args, **options):
    return getattr(t.optim.lr_scheduler, name)(optimiser(t, lr=0.1), *args, **options)


TABLE = {
    # shapes that do not fit
    "add of shapes that do not fit": lambda t: t.ones(2, 3) + t.ones(2),
    "matmul of sizes that differ": lambda t: t.ones(2, 3) @ t.ones(2, 3),
    "matmul of batches that differ": lambda t: t.ones(2, 2, 3) @ t.ones(3, 3, 2),
    "matmul with a number": lambda t: t.ones(2) @ t.tensor(2.0),
    "matmul of types that differ": lambda t: t.ones(2, 2) @ t.ones(2, 2, dtype=t.float64),
    "mm of three axes": lambda t: t.mm(t.ones(2, 2, 2), t.ones(2, 2, 2)),
    "bmm of batches that differ": lambda t: t.bmm(t.ones(1, 2, 3), t.ones(4, 3, 2)),
    "dot of matrices": lambda t: t.dot(t.ones(2, 2), t.ones(2, 2)),
    "dot of sizes that differ": lambda t: t.dot(t.ones(2), t.ones(3)),
    "mv of sizes that differ": lambda t: t.mv(t.ones(2, 3), t.ones(2)),
    "outer of matrices": lambda t: t.outer(t.ones(2, 2), t.ones(2)),
    "einsum of sizes that differ": lambda t: t.einsum("ij,jk->ik", t.ones(2, 3), t.ones(2, 3)),
    "einsum of too many letters": lambda t: t.einsum("ijk->k", t.ones(2, 3)),
    "einsum of too few operands": lambda t: t.einsum("ij,jk->ik", t.ones(2, 3)),
    "einsum of an unknown result": lambda t: t.einsum("ij->k", t.ones(2, 3)),
    "reshape to another number": lambda t: t.ones(6).reshape(4),
    "reshape with two -1": lambda t: t.ones(6).reshape(-1, -1),
    "reshape that does not divide": lambda t: t.ones(6).reshape(4, -1),
    "reshape of nothing with -1": lambda t: t.ones(0).reshape(0, -1),
    "view to another number": lambda t: t.ones(6).view(5),
    "unflatten that does not fit": lambda t: t.ones(2, 6).unflatten(1, (4, 2)),
    "expand of an axis that is not 1": lambda t: t.ones(2).expand(3),
    "expand to fewer axes": lambda t: t.ones(2, 1).expand(2),
    "expand of a new axis by -1": lambda t: t.ones(2).expand(-1, 2),
    "repeat by too few": lambda t: t.ones(2, 2).repeat(2),
    "permute of too few": lambda t: t.ones(2, 3).permute(0),
    "permute of one twice": lambda t: t.ones(2, 3).permute(0, 0),
    "t of three axes": lambda t: t.ones(2, 2, 2).t(),
    "cat of nothing": lambda t: t.cat([]),
    "cat of shapes that differ": lambda t: t.cat([t.ones(2, 3), t.ones(2, 2)]),
    "cat of numbers": lambda t: t.cat([t.tensor(1.0), t.tensor(2.0)]),
    "cat of a tensor": lambda t: t.cat(t.ones(2, 2)),
    "cat of lists": lambda t: t.cat([[1.0], [2.0]]),
    "stack of shapes that differ": lambda t: t.stack([t.ones(2), t.ones(3)]),
    "stack of nothing": lambda t: t.stack([]),
    "split by sizes that do not add up": lambda t: t.split(t.ones(5), [2, 2]),
    "split by a negative size": lambda t: t.split(t.ones(5), -1),
    "split by zero": lambda t: t.split(t.ones(5), 0),
    "chunk by zero": lambda t: t.chunk(t.ones(5), 0),
    "where of shapes that do not fit": lambda t: t.where(t.ones(3) > 0, t.ones(2), t.ones(2)),
    "where by floats": lambda t: t.where(t.ones(2), t.ones(2), t.ones(2)),
    "masked_fill by floats": lambda t: t.masked_fill(t.ones(2), t.ones(2), 0.0),
    "masked_select by floats": lambda t: t.masked_select(t.ones(2), t.ones(2)),
    "roll by too many": lambda t: t.roll(t.ones(2, 2), (1, 1), 0),
    "flip of one axis twice": lambda t: t.flip(t.ones(2, 2), (0, 0)),
    "tril of a vector": lambda t: t.tril(t.ones(3)),
    # activations, distances and losses
    "celu of no width": lambda t: t.celu(t.ones(1), 0.0),
    "glu of an odd size": lambda t: t.nn.functional.glu(t.ones(3)),
    "glu of a number": lambda t: t.nn.functional.glu(t.tensor(1.0)),
    "prelu of other channels": lambda t: t.prelu(t.ones(2, 3), t.ones(2)),
    "prelu of a matrix of slopes": lambda t: t.prelu(t.ones(2, 3), t.ones(3, 1)),
    "prelu of types that differ": lambda t: t.prelu(t.ones(1), t.ones(1, dtype=t.float64)),
    "rrelu of bounds that cross": lambda t: t.rrelu(t.ones(1), 0.5, 0.1),
    "softshrink by less than nothing": lambda t: t.nn.functional.softshrink(t.ones(1), -1.0),
    "dropout1d of an image": lambda t: t.nn.functional.dropout1d(t.ones(1, 2, 3, 4)),
    "alpha_dropout of 2": lambda t: t.nn.functional.alpha_dropout(t.ones(1), 2.0, True),
    "normalize of integers": lambda t: t.nn.functional.normalize(t.ones(2, 2, dtype=t.int64)),
    "cdist of vectors": lambda t: t.cdist(t.ones(2), t.ones(2)),
    "cdist of other coordinates": lambda t: t.cdist(t.ones(2, 3), t.ones(2, 2)),
    "cdist of a negative p": lambda t: t.cdist(t.ones(2, 3), t.ones(2, 3), -1.0),
    "pdist of a vector": lambda t: t.pdist(t.ones(3)),
    "bilinear of other sizes": lambda t: t.bilinear(t.ones(2), t.ones(3), t.ones(1, 3, 3)),
    "probabilities above 1": lambda t: t.nn.BCELoss()(t.ones(2) * 2, t.ones(2)),
    "huber of no width": lambda t: t.nn.HuberLoss(delta=0.0)(t.ones(2), t.ones(2)),
    "smooth_l1 of a negative width": lambda t: t.nn.SmoothL1Loss(beta=-1.0)(t.ones(2), t.ones(2)),
    "a negative variance": lambda t: t.nn.GaussianNLLLoss()(t.ones(2), t.ones(2), -t.ones(2)),
    "a variance of another shape": lambda t: t.nn.GaussianNLLLoss()(
        t.ones(2, 3), t.ones(2, 3), t.ones(3)
    ),
    "a margin of 0 for triplets": lambda t: t.nn.TripletMarginLoss(0.0),
    "multi_margin_loss with p=3": lambda t: t.nn.MultiMarginLoss(3)(t.ones(1, 2), t.tensor([0])),
    "multi_margin_loss of label 2 of 2": lambda t: t.nn.MultiMarginLoss()(
        t.ones(1, 2), t.tensor([2])
    ),
    "multilabel_margin_loss of another shape": lambda t: t.nn.MultiLabelMarginLoss()(
        t.ones(1, 2), t.tensor([0])
    ),
    "cosine_embedding_loss of a matrix of targets": lambda t: t.nn.CosineEmbeddingLoss()(
        t.ones(1, 2), t.ones(1, 2), t.ones(1, 1)
    ),
    "margin_ranking_loss of unlike axes": lambda t: t.nn.MarginRankingLoss()(
        t.ones(2), t.ones(2), t.ones(1, 2)
    ),
    # axes that are not there
    "sum over no such axis": lambda t: t.ones(2).sum(1),
    "sum over an axis twice": lambda t: t.ones(2, 2).sum((0, 0)),
    "mean over no such axis": lambda t: t.ones(2).mean(-2),
    "softmax over no such axis": lambda t: t.softmax(t.ones(2), 1),
    "cumsum over no such axis": lambda t: t.cumsum(t.ones(2), 1),
    "unsqueeze too far": lambda t: t.ones(2).unsqueeze(3),
    "squeeze of no such axis": lambda t: t.ones(2).squeeze(1),
    "transpose of no such axis": lambda t: t.ones(2, 2).transpose(0, 2),
    "flatten backwards": lambda t: t.ones(2, 2, 2).flatten(2, 1),
    "size of no such axis": lambda t: t.ones(2).size(1),
    "sort over no such axis": lambda t: t.sort(t.ones(2), 1),
    "topk of too many": lambda t: t.topk(t.ones(2), 3),
    "argmax of nothing": lambda t: t.argmax(t.ones(0)),
    "max of nothing": lambda t: t.max(t.ones(0)),
    "max of nothing along an axis": lambda t: t.max(t.ones(2, 0), 1),
    "amax of nothing": lambda t: t.amax(t.ones(0)),
    "movedim of lists that differ": lambda t: t.movedim(t.ones(2, 2), (0, 1), (0,)),
    # types that do not fit
    "mean of integers": lambda t: t.arange(3).mean(),
    "var of integers": lambda t: t.arange(3).var(),
    "requires_grad of integers": lambda t: t.arange(3).requires_grad_(),
    "integers that require gradients": lambda t: t.tensor([1, 2], requires_grad=True),
    "text as data": lambda t: t.tensor("text"),
    "None as data": lambda t: t.tensor(None),
    "ragged data": lambda t: t.tensor([[1.0, 2.0], [3.0]]),
    "text as an operand": lambda t: t.ones(2) + "text",
    "a list as an operand": lambda t: t.ones(2) * [1.0, 2.0],
    "None as an operand": lambda t: t.ones(2) * None,
    "minus of booleans": lambda t: t.tensor([True]) - t.tensor([True]),
    "the negative of booleans": lambda t: -t.tensor([True]),
    "bitwise and of floats": lambda t: t.ones(2) & t.ones(2),
    "bitwise not of floats": lambda t: ~t.ones(2),
    "the truth of many": lambda t: bool(t.ones(2)),
    "the only element of many": item_of_many,
    "float of many": lambda t: float(t.ones(2)),
    "the length of a number": lambda t: len(t.tensor(1.0)),
    "the elements of a number": lambda t: list(t.tensor(1.0)),
    "an index by a float tensor": lambda t: t.ones(2)[t.ones(1)],
    "an index by a float": lambda t: t.ones(2)[0.5],
    "an index by text": lambda t: t.ones(2)["a"],
    "integers stored in place of floats": lambda t: t.arange(3).add_(0.5),
    "integers divided in place": lambda t: t.arange(3).div_(2),
    "in place to another shape": lambda t: t.ones(1).add_(t.ones(3)),
    "integer division by zero": lambda t: t.arange(3) // 0,
    "integer remainder by zero": lambda t: t.arange(3) % t.tensor([1, 0, 1]),
    "a negative power of integers": lambda t: t.arange(1, 3) ** -1,
    "an unknown rounding mode": lambda t: t.div(t.ones(2), 2, rounding_mode="up"),
    "clamp without limits": lambda t: t.clamp(t.ones(2)),
    "NumPy functions of a leaf": lambda t: leaf(t, 2).numpy(),
    # indices out of range
    "an index out of range": lambda t: t.ones(2)[2],
    "a negative index out of range": lambda t: t.ones(2)[-3],
    "too many indices": lambda t: t.ones(2)[0, 0],
    "an index tensor out of range": lambda t: t.ones(2)[t.tensor([0, 2])],
    "a mask of another size": lambda t: t.ones(3)[t.tensor([True, False])],
    "a mask of too many axes": lambda t: t.ones(2)[t.ones(2, 2) > 0],
    "index tensors that do not fit": lambda t: t.ones(3, 3)[t.tensor([0, 1]), t.tensor([0, 1, 2])],
    "assigning a shape that does not fit": lambda t: assigned(t, 0, t.ones(2)),
    "assigning out of range": lambda t: assigned(t, 5, 1.0),
    "gather out of range": lambda t: t.gather(t.ones(2, 2), 1, t.tensor([[2], [0]])),
    "gather by negative places": lambda t: t.gather(t.ones(2, 2), 1, t.tensor([[-1], [0]])),
    "gather by floats": lambda t: t.gather(t.ones(2, 2), 1, t.ones(2, 1)),
    "gather by fewer axes": lambda t: t.gather(t.ones(2, 2), 1, t.tensor([0, 1])),
    "gather by an index too long": lambda t: t.gather(t.ones(2, 2), 1, t.tensor([[0]] * 3)),
    "scatter_add out of range": lambda t: t.scatter_add(t.ones(2), 0, t.tensor([2]), t.ones(1)),
    "scatter_add of too little": lambda t: t.scatter_add(t.ones(2), 0, t.tensor([0, 1]), t.ones(1)),
    "index_select out of range": lambda t: t.index_select(t.ones(2), 0, t.tensor([2])),
    "index_select by a matrix": lambda t: t.index_select(t.ones(2), 0, t.tensor([[0]])),
    "index_select by floats": lambda t: t.index_select(t.ones(2), 0, t.ones(1)),
    "one_hot of floats": lambda t: t.nn.functional.one_hot(t.ones(2)),
    "one_hot of too few classes": lambda t: t.nn.functional.one_hot(t.tensor([0, 3]), 3),
    "one_hot of negative labels": lambda t: t.nn.functional.one_hot(t.tensor([-1])),
    "one_hot of nothing": lambda t: t.nn.functional.one_hot(t.tensor([]).long()),
    # making tensors
    "zeros of a negative size": lambda t: t.zeros(-1),
    "arange by zero": lambda t: t.arange(0, 3, 0),
    "arange the wrong way": lambda t: t.arange(0, 3, -1),
    "linspace of a negative number": lambda t: t.linspace(0, 1, -1),
    "randint of an empty range": lambda t: t.randint(3, 3, (2,)),
    "bernoulli of no probability": lambda t: t.bernoulli(t.tensor([1.5])),
    "an unknown device": lambda t: t.ones(2).to("nowhere"),
    # convolution and pooling
    "conv2d of too many channels": lambda t: conv(t, x=(1, 3, 5, 5)),
    "conv2d of a vector": lambda t: conv(t, x=(5,)),
    "conv2d of a small image": lambda t: conv(t, x=(1, 2, 2, 2)),
    "conv2d by a matrix": lambda t: conv(t, w=(3, 3)),
    "conv2d with groups that do not divide": lambda t: conv(t, groups=3),
    "conv2d with no groups": lambda t: conv(t, groups=0),
    "conv2d with a wrong bias": lambda t: conv(t, bias=(3,)),
    "conv2d with stride 0": lambda t: conv(t, stride=0),
    "conv2d with dilation 0": lambda t: conv(t, dilation=0),
    "conv2d with negative padding": lambda t: conv(t, padding=-1),
    "conv2d with an unknown padding": lambda t: conv(t, padding="full"),
    "conv2d with padding same and a stride": lambda t: conv(t, padding="same", stride=2),
    "conv2d with a stride of three numbers": lambda t: conv(t, stride=(1, 1, 1)),
    "conv2d with a float stride": lambda t: conv(t, stride=1.5),
    "conv2d of types that differ": lambda t: t.nn.functional.conv2d(
        t.ones(1, 1, 3, 3), t.ones(1, 1, 3, 3, dtype=t.float64)
    ),
    "max_pool2d of a matrix": lambda t: t.nn.functional.max_pool2d(t.ones(4, 4), 2),
    "max_pool2d of a small image": lambda t: t.nn.functional.max_pool2d(t.ones(1, 2, 2), 3),
    "max_pool2d with much padding": lambda t: t.nn.functional.max_pool2d(
        t.ones(1, 4, 4), 2, padding=2
    ),
    "max_pool2d with stride 0": lambda t: t.nn.functional.max_pool2d(t.ones(1, 4, 4), 2, 0),
    "avg_pool2d with much padding": lambda t: t.nn.functional.avg_pool2d(
        t.ones(1, 4, 4), 2, padding=2
    ),
    "avg_pool2d by divisor 0": lambda t: t.nn.functional.avg_pool2d(
        t.ones(1, 4, 4), 2, divisor_override=0
    ),
    "adaptive pooling of a vector": lambda t: t.nn.functional.adaptive_avg_pool2d(t.ones(4), 1),
    "pad by an odd number": lambda t: t.nn.functional.pad(t.ones(2, 2), (1, 1, 1)),
    "pad of too many axes": lambda t: t.nn.functional.pad(t.ones(2), (1, 1, 1, 1)),
    "pad by too much reflection": lambda t: t.nn.functional.pad(t.ones(1, 1, 3), (3, 0), "reflect"),
    "pad by too many turns": lambda t: t.nn.functional.pad(t.ones(1, 1, 3), (4, 0), "circular"),
    "pad in an unknown mode": lambda t: t.nn.functional.pad(t.ones(1, 1, 3), (1, 1), "mirror"),
    "pad that crops too much": lambda t: t.nn.functional.pad(t.ones(3), (-2, -2)),
    # layers and losses
    "linear of sizes that differ": lambda t: t.nn.Linear(3, 2)(t.ones(2)),
    "linear of types that differ": lambda t: t.nn.Linear(3, 2)(t.ones(3, dtype=t.float64)),
    "Conv2d of channels that do not divide": lambda t: t.nn.Conv2d(3, 4, 3, groups=2),
    "Conv2d with an unknown padding mode": lambda t: t.nn.Conv2d(3, 4, 3, padding_mode="x"),
    "Conv2d same with a stride": lambda t: t.nn.Conv2d(3, 4, 3, 2, padding="same"),
    "BatchNorm2d of a matrix": lambda t: t.nn.BatchNorm2d(3)(t.ones(2, 3)),
    "BatchNorm1d of images": lambda t: t.nn.BatchNorm1d(3)(t.ones(2, 3, 4, 4)),
    "BatchNorm1d of one row": lambda t: t.nn.BatchNorm1d(3)(t.ones(1, 3)),
    "BatchNorm2d of other channels": lambda t: t.nn.BatchNorm2d(3)(t.ones(2, 4, 2, 2)),
    "Dropout beyond 1": lambda t: t.nn.Dropout(1.5),
    "dropout below 0": lambda t: t.nn.functional.dropout(t.ones(2), -0.1),
    "an unknown approximation": lambda t: t.nn.functional.gelu(t.ones(2), approximate="sinh"),
    "an unknown reduction": lambda t: t.nn.functional.mse_loss(
        t.ones(2), t.ones(2), reduction="median"
    ),
    "mse_loss of shapes that do not fit": lambda t: t.nn.functional.mse_loss(t.ones(2), t.ones(3)),
    "binary cross-entropy of shapes that differ": lambda t: (
        t.nn.functional.binary_cross_entropy_with_logits(t.ones(2, 1), t.ones(2))
    ),
    "cross_entropy of too few labels": lambda t: t.nn.functional.cross_entropy(
        t.ones(3, 4), t.tensor([0, 1])
    ),
    "cross_entropy of a label out of range": lambda t: t.nn.functional.cross_entropy(
        t.ones(2, 4), t.tensor([0, 4])
    ),
    "cross_entropy of a negative label": lambda t: t.nn.functional.cross_entropy(
        t.ones(2, 4), t.tensor([0, -1])
    ),
    "cross_entropy of float labels": lambda t: t.nn.functional.cross_entropy(
        t.ones(2, 4), t.tensor([0.0, 1.0])
    ),
    "cross_entropy of integer probabilities": lambda t: t.nn.functional.cross_entropy(
        t.ones(2, 4), t.ones(2, 4).long()
    ),
    "cross_entropy of wrong weights": lambda t: t.nn.functional.cross_entropy(
        t.ones(2, 4), t.tensor([0, 1]), t.ones(3)
    ),
    "cross_entropy of much smoothing": lambda t: t.nn.functional.cross_entropy(
        t.ones(2, 4), t.tensor([0, 1]), label_smoothing=1.5
    ),
    "nll_loss of a label out of range": lambda t: t.nn.functional.nll_loss(
        t.ones(2, 4), t.tensor([0, 4])
    ),
    # modules
    "a layer before init": parameter_before_init,
    "a parameter that is not one": lambda t: setattr(t.nn.Linear(1, 1), "weight", t.ones(1, 1)),
    "a submodule that is not there": lambda t: t.nn.Linear(1, 1).get_submodule("x"),
    "an attribute that is not there": lambda t: t.nn.Linear(1, 1).wieght,
    "a name with a dot": lambda t: t.nn.Module().register_buffer("a.b", t.ones(1)),
    "a buffer that is no tensor": lambda t: t.nn.Module().register_buffer("a", 1.0),
    "a part that is no module": lambda t: t.nn.Module().add_module("a", 1.0),
    "a list of no modules": lambda t: t.nn.ModuleList([1]),
    "an index beyond a list": lambda t: t.nn.ModuleList([t.nn.ReLU()])[1],
    "training that is no yes or no": lambda t: t.nn.ReLU().train("yes"),
    "forward of a bare module": lambda t: t.nn.Module()(t.ones(1)),
    "a module made of integers": lambda t: t.nn.Linear(1, 1).to(t.int64),
    "a state of another shape": lambda t: t.nn.Linear(1, 1).load_state_dict(
        t.nn.Linear(2, 1).state_dict()
    ),
    "a state with a name too few": lambda t: t.nn.Linear(1, 1).load_state_dict({}),
    "a parameter inside the graph": lambda t: t.nn.Module().register_parameter("w", leaf(t, 1) * 2),
    "an unknown gain": lambda t: t.nn.init.calculate_gain("softer"),
    "fan in of a vector": lambda t: t.nn.init.kaiming_uniform_(t.ones(3)),
    "an unknown fan": lambda t: t.nn.init.kaiming_uniform_(t.ones(3, 3), mode="fan"),
    # the graph
    "backward without a graph": lambda t: t.ones(1).backward(),
    "backward of many without a gradient": lambda t: (leaf(t, 2) * 2).backward(),
    "backward of a gradient that does not fit": lambda t: (leaf(t, 2) * 2).backward(t.ones(3)),
    "backward twice": used_twice,
    "backward through no_grad": lambda t: t.no_grad()(lambda: leaf(t, 1) * 2)().backward(),
    "backward of integers": lambda t: (leaf(t, 1).long() * 2).backward(),
    "backward towards nothing": lambda t: leaf(t, 1).exp().backward(inputs=[]),
    "grad of something unused": lambda t: t.autograd.grad(leaf(t, 1).exp(), leaf(t, 1)),
    "grad of something without gradients": lambda t: t.autograd.grad(leaf(t, 1).exp(), t.ones(1)),
    "grad of too few gradients": lambda t: t.autograd.grad(
        [leaf(t, 1).exp()], [leaf(t, 1)], [t.ones(1), t.ones(1)]
    ),
    "a leaf changed in place": changed_leaf,
    "a leaf assigned to": lambda t: leaf(t, 2).__setitem__(0, 1.0),
    "an expanded tensor changed in place": lambda t: t.ones(1).expand(3).add_(1),
    "an inference tensor in a graph": inference_tensor_in_a_graph,
    "requires_grad taken from a result": lambda t: setattr(
        leaf(t, 1).exp(), "requires_grad", False
    ),
    "retain_grad without gradients": lambda t: t.ones(1).retain_grad(),
    "a hook without gradients": lambda t: t.ones(1).register_hook(print),
    "a deep copy inside the graph": lambda t: __import__("copy").deepcopy(leaf(t, 1).exp()),
    # optimisers
    "an optimiser of nothing": lambda t: optimiser(t, params=lambda t: []),
    "an optimiser of one tensor": lambda t: optimiser(t, params=lambda t: leaf(t, 1)),
    "an optimiser of numbers": lambda t: optimiser(t, params=lambda t: [1.0]),
    "an optimiser of a result": lambda t: optimiser(t, params=lambda t: [leaf(t, 1).exp()]),
    "a parameter in two groups": lambda t: optimiser(
        t, params=lambda t: [{"params": [p]} for p in [leaf(t, 1)] * 2]
    ),
    "a negative rate": lambda t: optimiser(t, lr=-0.1),
    "a negative momentum": lambda t: optimiser(t, lr=0.1, momentum=-0.1),
    "a negative weight decay": lambda t: optimiser(t, lr=0.1, weight_decay=-0.1),
    "nesterov without momentum": lambda t: optimiser(t, lr=0.1, nesterov=True),
    "nesterov with dampening": lambda t: optimiser(
        t, lr=0.1, momentum=0.9, dampening=0.1, nesterov=True
    ),
    "beta beyond 1": lambda t: optimiser(t, "Adam", betas=(1.0, 0.9)),
    "negative eps": lambda t: optimiser(t, "AdamW", eps=-1e-8),
    "a saved optimiser of another size": lambda t: optimiser(t, lr=0.1).load_state_dict(
        optimiser(t, params=lambda t: [leaf(t, 1), leaf(t, 1)], lr=0.1).state_dict()
    ),
    "a schedule of no optimiser": lambda t: t.optim.lr_scheduler.StepLR(None, 3),
    "lambdas for other groups": lambda t: schedule(t, "LambdaLR", [abs, abs]),
    "a start factor of 0": lambda t: schedule(t, "LinearLR", start_factor=0.0),
    "an end factor beyond 1": lambda t: schedule(t, "LinearLR", end_factor=1.5),
    "a factor beyond 1": lambda t: schedule(t, "ConstantLR", factor=1.5),
    "too few milestones": lambda t: t.optim.lr_scheduler.SequentialLR(
        optimiser(t, lr=0.1), [], [1]
    ),
    "clipping of infinite gradients": lambda t: t.nn.utils.clip_grad_norm_(
        [with_gradient(t, float("inf"))], 1.0, error_if_nonfinite=True
    ),
}


def with_gradient(t, value):
    x = leaf(t, 1)
    x.grad = t.tensor([value])
    return x


@pytest.mark.filterwarnings("ignore::UserWarning")  # torch's, on its way to the refusal
@pytest.mark.parametrize("name", TABLE)
def test_what_torch_refuses_ours_refuses(name):
    refusal = NAMES.get(name, REFUSALS)
    for library in (torch, tv):
        with pytest.raises(refusal) as raised:
            TABLE[name](library)
        assert "unexpected keyword argument" not in str(raised.value), "a slip of the table"
