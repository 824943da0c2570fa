"""Calls that all processes make together give each what NumPy makes of everybody's tensors."""

import re
import warnings

import numpy as np
import pytest

import tinyvision as tv
from tests.distributed.group import SIZE
from tinyvision import distributed as dist
from tinyvision.distributed.collectives import all_reduce_together
from tinyvision.distributed.links import ROOM

SHAPES = [(), (1,), (0,), (2, 3), (4, 0, 2), (5, 1, 7)]
OPS = {
    "SUM": lambda tensors: tensors[0] + tensors[1] + tensors[2],
    "AVG": lambda tensors: (tensors[0] + tensors[1] + tensors[2]) / SIZE,
    "PRODUCT": lambda tensors: tensors[0] * tensors[1] * tensors[2],
    "MIN": lambda tensors: np.minimum.reduce(tensors),
    "MAX": lambda tensors: np.maximum.reduce(tensors),
}


def drawn(rank, shape, dtype="float64"):
    return (np.random.default_rng(rank).standard_normal(shape) * 10).astype(dtype)


def everyones(shape, dtype="float64"):
    return [drawn(rank, shape, dtype) for rank in range(SIZE)]


def all_reduced(rank, shape, dtype, op):
    x = tv.from_numpy(np.array(drawn(rank, shape, dtype)))
    dist.all_reduce(x, dist.ReduceOp[op])
    return x.numpy()


@pytest.mark.parametrize("op", OPS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_all_reduce_makes_everybodys_tensors_one(group, shape, op):
    tolerance = 1e-14 if op == "AVG" else 0  # thirds are rounded before they are added up
    for answer in group(all_reduced, shape, "float64", op):
        np.testing.assert_allclose(answer, OPS[op](everyones(shape)), rtol=0, atol=tolerance * 30)
        assert answer.shape == shape


@pytest.mark.parametrize("dtype", ["float16", "float32", "int64", "int32", "uint8"])
def test_numbers_keep_their_type(group, dtype):
    for answer in group(all_reduced, (3, 5), dtype, "SUM"):
        assert answer.dtype == dtype
        np.testing.assert_array_equal(answer, OPS["SUM"](everyones((3, 5), dtype)))


def test_truths_are_reduced_as_truths(group):
    answers = group(all_reduced, (20,), "bool", "MIN")
    np.testing.assert_array_equal(answers[0], np.logical_and.reduce(everyones((20,), "bool")))


def test_what_is_larger_than_the_room_goes_in_rounds(group):
    size = ROOM // 4 * 2 + 5
    answers = group(all_reduced_checked, size)
    assert answers == [True] * SIZE


def all_reduced_checked(rank, size):
    x = tv.arange(size, dtype=tv.float32) * (rank + 1)
    dist.all_reduce(x)
    return np.array_equal(x.numpy(), np.arange(size, dtype=np.float32) * 6)


def all_reduced_layouts(rank):
    transposed = tv.from_numpy(drawn(rank, (4, 3))).t()
    part = tv.from_numpy(drawn(rank, (6, 6)))[::2, 1:4]
    last = tv.from_numpy(drawn(rank, (2, 3, 4, 4))).to(memory_format=tv.channels_last)
    whole = part._array.base
    for x in (transposed, part, last):
        dist.all_reduce(x)
    return transposed.numpy(), part.numpy(), last.numpy(), whole.copy()


def test_it_does_not_matter_how_a_tensor_lies_in_memory(group):
    for rank, (transposed, part, last, whole) in enumerate(group(all_reduced_layouts)):
        np.testing.assert_array_equal(transposed, OPS["SUM"](everyones((4, 3))).T)
        np.testing.assert_array_equal(part, OPS["SUM"](everyones((6, 6)))[::2, 1:4])
        np.testing.assert_array_equal(last, OPS["SUM"](everyones((2, 3, 4, 4))))
        np.testing.assert_array_equal(whole[1::2], drawn(rank, (6, 6))[1::2])  # the rest stays


def reduced(rank, dst):
    x = tv.from_numpy(drawn(rank, (2, 3)))
    dist.reduce(x, dst)
    return x.numpy()


def test_reduce_gives_the_sum_to_one(group):
    answers = group(reduced, 1)
    np.testing.assert_array_equal(answers[1], OPS["SUM"](everyones((2, 3))))
    np.testing.assert_array_equal(answers[0], drawn(0, (2, 3)))
    np.testing.assert_array_equal(answers[2], drawn(2, (2, 3)))


def told(rank, src, shape):
    x = tv.from_numpy(np.array(drawn(rank, shape)))
    dist.broadcast(x, src)
    return x.numpy()


@pytest.mark.parametrize("src", range(SIZE))
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_broadcast_gives_the_tensor_of_one_to_all(group, shape, src):
    for answer in group(told, src, shape):
        np.testing.assert_array_equal(answer, drawn(src, shape))


def gathered(rank, shape):
    places = [tv.zeros(*shape, dtype=tv.float64) for _ in range(SIZE)]
    dist.all_gather(places, tv.from_numpy(drawn(rank, shape)))
    return [place.numpy() for place in places]


@pytest.mark.parametrize("shape", [(1,), (2, 3), (ROOM // 8 + 3,)], ids=["1", "2x3", "large"])
def test_all_gather_gives_all_tensors_to_all(group, shape):
    for answers in group(gathered, shape):
        for answer, expected in zip(answers, everyones(shape), strict=True):
            np.testing.assert_array_equal(answer, expected)


def many_in_a_row(rank, count):
    total = 0.0
    for i in range(count):
        x = tv.tensor([float(rank * i)])
        dist.all_reduce(x)
        total += x.item()
    return total


def test_one_exchange_does_not_disturb_the_next(group):
    assert group(many_in_a_row, 300) == [3 * 300 * 299 / 2] * SIZE


def quietly(rank):
    x = tv.tensor([float("inf") * (-1) ** rank])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dist.all_reduce(x)
    return x.item()


def test_infinities_make_no_noise(group):
    assert all(np.isnan(group(quietly)))


def told_by_a_view(rank):
    x = tv.tensor([7.0]).expand(3) if rank == 0 else tv.zeros(3)
    dist.broadcast(x, 0)
    return x.tolist()


def test_who_only_gives_may_give_what_cannot_be_changed(group):
    assert group(told_by_a_view) == [[7.0] * 3] * SIZE


def counted(rank):
    x = tv.ones(2)
    before = x._version.count
    dist.all_reduce(x)
    return x._version.count - before


def test_a_change_is_counted_so_that_backward_can_refuse(group):
    assert group(counted) == [1] * SIZE


# -- what goes wrong ---------------------------------------------------------------------------


def different_calls(rank):
    if rank == 1:
        dist.barrier()
    else:
        dist.all_reduce(tv.ones(2))


def test_different_calls_are_an_error_in_every_process(group):
    with pytest.raises(RuntimeError) as error:
        group(different_calls)
    text = str(error.value)
    assert text.count("RuntimeError: process") == SIZE
    assert "process 1 calls barrier(), process 0 calls all_reduce(SUM) of float32 x 2" in text


def different_sizes(rank):
    dist.all_reduce(tv.ones(2 + (rank == 2)))


def test_different_sizes_are_an_error(group):
    with pytest.raises(RuntimeError, match=r"float32 x 2, process 2 calls .* of float32 x 3"):
        group(different_sizes)


def many_sizes(rank):
    tensors = [tv.ones(i + (i == 13 and rank == 1)) for i in range(20)]
    all_reduce_together(tensors, dist.ReduceOp.SUM)


def test_of_many_tensors_a_sum_tells_them_apart(group):
    with pytest.raises(RuntimeError) as error:
        group(many_sizes)
    assert len(set(re.findall(r"of 20 arrays: .*? \(sum \w+\)", str(error.value)))) == 2


def test_after_such_an_error_the_group_works(group):
    with pytest.raises(RuntimeError, match="all processes of a group must make the same calls"):
        group(different_calls)
    assert group(many_in_a_row, 3) == [9.0] * SIZE


@pytest.mark.usefixtures("alone")
class TestRefused:
    def test_the_mean_of_integers(self):
        with pytest.raises(TypeError, match=r"the mean of int64 .* x\.float\(\)"):
            dist.all_reduce(tv.ones(2, dtype=tv.int64), dist.ReduceOp.AVG)

    def test_an_array(self):
        with pytest.raises(TypeError, match="all_reduce: expected a tensor, got ndarray"):
            dist.all_reduce(np.ones(2))

    @pytest.mark.parametrize("op", ["SUM", [1]])
    def test_another_op(self, op):
        with pytest.raises(ValueError, match=r"op is .*; choose of ReduceOp\.SUM"):
            dist.all_reduce(tv.ones(2), op)

    def test_an_array_to_be_gathered(self):
        with pytest.raises(TypeError, match="all_gather: expected a tensor, got ndarray"):
            dist.all_gather([tv.ones(2)], np.ones(2))

    def test_a_tensor_that_shows_one_number_often(self):
        with pytest.raises(RuntimeError, match=r"read-only .* x\.clone\(\)"):
            dist.all_reduce(tv.ones(1).expand(3))

    @pytest.mark.parametrize("src", [1, -1, None, 0.0, True])
    def test_a_process_there_is_not(self, src):
        with pytest.raises(ValueError, match="src must be the number of a process, 0 to 0, got"):
            dist.broadcast(tv.ones(2), src)

    def test_a_list_of_another_length(self):
        with pytest.raises(ValueError, match="expected a list of 1 tensors of shape"):
            dist.all_gather([], tv.ones(2))

    def test_a_list_of_other_shapes(self):
        with pytest.raises(ValueError, match="expected a list of 1 tensors of shape"):
            dist.all_gather([tv.ones(3)], tv.ones(2))

    def test_not_to_wait(self):
        with pytest.raises(ValueError, match="an exchange ends before the call returns"):
            dist.all_reduce(tv.ones(2), async_op=True)

    def test_a_part_of_the_processes(self):
        with pytest.raises(ValueError, match="there is one group, of all processes"):
            dist.barrier(group=[0])


@pytest.mark.usefixtures("alone")
def test_alone_a_process_has_what_it_had():
    x, places = tv.tensor([1.0, 2.0]), [tv.zeros(2)]
    dist.all_reduce(x, dist.ReduceOp.AVG)
    dist.broadcast(x, 0)
    dist.reduce(x, 0)
    dist.all_gather(places, x)
    dist.barrier()
    assert x.tolist() == places[0].tolist() == [1.0, 2.0]
