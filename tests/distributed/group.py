"""Three processes that wait for functions to call; starting them takes longer than the tests."""

import multiprocessing
import traceback

import tinyvision as tv

SIZE = 3


class Group:
    """``group(fn, *args)`` calls ``fn(rank, *args)`` in each process, of a group joined already.

    The functions are those of modules. An error in a process is raised here, by its message.
    """

    def __init__(self):
        pipes = [multiprocessing.Pipe() for _ in range(SIZE)]
        self.here = [here for here, _ in pipes]
        there = [there for _, there in pipes]
        self.processes = tv.multiprocessing.spawn(listen, (there,), SIZE, join=False, daemon=True)

    def __call__(self, function, *args):
        for connection in self.here:
            connection.send((function, args))
        answers = []
        for connection in self.here:
            assert connection.poll(60), "a process does not answer"
            answers.append(connection.recv())
        failed = [error for _, error in answers if error is not None]
        if failed:
            raise RuntimeError("\n".join(failed))
        return [answer for answer, _ in answers]

    def end(self):
        for connection in self.here:
            connection.send(None)
        while not self.processes.join(timeout=60):
            pass


def listen(rank, connections):
    tv.distributed.init_process_group()
    while (told := connections[rank].recv()) is not None:
        function, args = told
        try:
            connections[rank].send((function(rank, *args), None))
        except Exception:
            connections[rank].send((None, traceback.format_exc()))
