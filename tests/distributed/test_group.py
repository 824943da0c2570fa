"""Joining the group, and who one is in it."""

from datetime import timedelta

import pytest

from tests.distributed.group import SIZE
from tinyvision import distributed as dist


def who(rank):
    return dist.get_rank(), dist.get_world_size(), dist.is_initialized()


def test_every_process_has_its_number(group):
    assert group(who) == [(rank, SIZE, True) for rank in range(SIZE)]


def leave_and_join(rank):
    dist.destroy_process_group()
    left = dist.is_initialized()
    dist.init_process_group("gloo", "env://", world_size=SIZE, rank=rank)
    return left, dist.get_rank()


def test_a_group_can_be_left_and_joined_again(group):
    assert group(leave_and_join) == [(False, rank) for rank in range(SIZE)]


def wrong_rank(rank):
    dist.destroy_process_group()
    try:
        dist.init_process_group(world_size=SIZE, rank=rank + 1)
    finally:
        dist.init_process_group()


def test_a_wrong_number_is_refused(group):
    with pytest.raises(RuntimeError, match=r"ValueError.* rank=1, but .* 0 of 3"):
        group(wrong_rank)


def test_a_process_that_nobody_started_is_a_group_of_its_own():
    dist.init_process_group()
    try:
        assert (dist.get_rank(), dist.get_world_size()) == (0, 1)
    finally:
        dist.destroy_process_group()
    assert not dist.is_initialized()
    assert dist.is_available()


def test_more_processes_are_not_made_up():
    with pytest.raises(ValueError, match=r"world_size=2, but .* 0 of 1; .*multiprocessing\.spawn"):
        dist.init_process_group(world_size=2, rank=0)


def test_joining_twice_is_refused():
    dist.init_process_group()
    try:
        with pytest.raises(RuntimeError, match="has joined its group already"):
            dist.init_process_group()
    finally:
        dist.destroy_process_group()


@pytest.mark.parametrize(
    "call", [dist.get_rank, dist.get_world_size, dist.barrier, dist.destroy_process_group]
)
def test_without_a_group_the_remedy_is_named(call):
    with pytest.raises(RuntimeError, match=r"call tinyvision\.distributed\.init_process_group\(\)"):
        call()


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("backend", "nccl", "the backend is 'nccl'; .* leave backend out"),
        ("init_method", "tcp://localhost:1", "init_method is 'tcp.*leave it out"),
        ("timeout", 3, "timeout must be a datetime.timedelta above 0, got 3"),
        ("timeout", timedelta(0), "timeout must be a datetime.timedelta above 0"),
    ],
)
def test_what_there_is_not_is_refused(argument, value, message):
    with pytest.raises(ValueError, match=message):
        dist.init_process_group(**{argument: value})
