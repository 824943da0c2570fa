"""The one device there is, under the names PyTorch code asks for."""

from __future__ import annotations


class device(str):
    """``tv.device("cpu")``: a name that :meth:`Tensor.to` and every layer accept.

    Raises:
        ValueError: another device; there is none.

    >>> device("cpu")
    device(type='cpu')
    """

    __slots__ = ()

    def __new__(cls, type: str = "cpu", index: int | None = None) -> device:
        if str(type).split(":")[0] != "cpu":
            raise ValueError(
                f"tinyvision computes on the CPU only, got device {str(type)!r}; use 'cpu'"
            )
        return super().__new__(cls, "cpu")

    @property
    def type(self) -> str:
        """'cpu'."""
        return "cpu"

    @property
    def index(self) -> None:  # type: ignore[override]
        """None: the processor has no number."""
        return None

    def __repr__(self) -> str:
        return "device(type='cpu')"


CPU = device()


class cuda:
    """What ``tv.cuda.is_available()`` asks: no."""

    @staticmethod
    def is_available() -> bool:
        """Whether there is a graphics processor to compute on: never here.

        >>> cuda.is_available()
        False
        """
        return False

    @staticmethod
    def device_count() -> int:
        """How many of them: none."""
        return 0
