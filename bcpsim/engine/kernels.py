"""Functions on whole columns that have two bodies: vectorised, and as loops that are compiled.

The vectorised body runs as it stands. Once the compiled engine is there, Numba compiles the loop
in its place, which is many times faster and makes no intermediate columns. Both give the same: a
kernel takes and returns whole numbers and truth values alone, whose sums are exact in any order.
A loop stands alone: it calls no other function of bcpsim.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Kernel(Generic[P, R]):
    """A function with two bodies.

    Attributes
    ----------
    plain
        The vectorised body.
    loop
        The body that is compiled.
    signature
        Its compiled type, as Numba writes it.
    """

    def __init__(self, plain: Callable[P, R], loop: Callable[P, R], signature: str) -> None:
        self.plain = plain
        self.loop = loop
        self.signature = signature
        self._compiled: Callable[P, R] | None = None
        _kernels.append(self)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the body that is at hand."""
        if self._compiled is not None:
            return self._compiled(*args, **kwargs)
        if _State.ready:
            return self.compiled()(*args, **kwargs)
        return self.plain(*args, **kwargs)

    def compiled(self) -> Callable[P, R]:
        """Return the compiled body, made or loaded if need be."""
        if self._compiled is None:
            self._compiled = _compile(self.loop, self.signature, _State.folder)
        return self._compiled


class _State:
    """Whether kernels are compiled in this process, and the folder in which they are kept."""

    ready = False
    folder: Path | None = None


_kernels: list[Kernel[Any, Any]] = []


def kernel(signature: str, loop: Callable[P, R]) -> Callable[[Callable[P, R]], Kernel[P, R]]:
    """Give a function a second body, which is compiled.

    Parameters
    ----------
    signature
        The compiled type.
    loop
        The second body.
    """
    return lambda plain: Kernel(plain, loop, signature)


def make_all(folder: Path | None) -> None:
    """Compile or load all kernels that there are; others follow when they are first called.

    Parameters
    ----------
    folder
        Where the compiled engine is kept; None: nowhere.
    """
    _State.ready, _State.folder = True, folder
    for one in _kernels:
        one.compiled()


def _compile(loop: Callable[P, R], signature: str, folder: Path | None) -> Callable[P, R]:
    from bcpsim.engine import stored

    place = None
    if folder is not None:
        code = loop.__code__
        content = (code.co_code.hex(), code.co_consts, code.co_names, code.co_varnames, signature)
        # A change of the loop never meets an old binary.
        place = folder / "kernels" / hashlib.sha256(repr(content).encode()).hexdigest()[:16]
    made: Callable[P, R] = stored.compiled(
        loop, signature, place, error_model="numpy", boundscheck=False
    )
    return made
