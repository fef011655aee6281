"""Laws that packages of users add: each is one function, its quantiles.

A function such as ::

    def pert(u: Floats, *, low: Duration, mode: Duration, high: Duration) -> Floats:
        \"\"\"PERT: a beta law from low to high with this mode.\"\"\"

is all there is of a law. Its arguments after the first are the keys in a scenario file, with their
types; its first line says what it is. From the quantiles come its draws, and by quadrature and
inversion its mean and its distribution function.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_type_hints

from pydantic import Field, create_model, model_validator

from bcpsim.errors import InputError
from bcpsim.files.record import Record
from bcpsim.packages import added, names_with

if TYPE_CHECKING:
    from bcpsim.scenario.arrays import Floats

_TRIED = (0.001, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999)
"""Probabilities for which a law is tried when a file is read."""


class _AddedLaw(Record):
    """What all records of added laws have in common."""

    distribution: str

    @model_validator(mode="after")
    def _gives_times(self) -> _AddedLaw:
        import numpy as np  # only here, since most scenario files name no added law

        name, params = parameters_of(self)
        try:
            values = quantiles_of(name, np.array(_TRIED), params)
        except InputError as error:
            raise ValueError(str(error)) from error
        if not (np.isfinite(values).all() and (values >= 0).all() and (np.diff(values) >= 0).all()):
            listed = ", ".join(f"{value:.4g}" for value in values)
            raise ValueError(
                f"{added('law')[name]} gives the quantiles {listed} min; expected times that don't "
                "decrease"
            )
        return self


def added_records(known: Iterable[str]) -> tuple[type[Record], ...]:
    """Return the record of each law that a package adds, for the schema of scenario files.

    Raises
    ------
    InputError
        If a law can't be loaded, isn't such a function, or has the name of one of bcpsim's own.
    """
    names_with("law", tuple(known))
    return tuple(_record(name) for name in added("law"))


def _record(name: str) -> type[Record]:
    one = added("law")[name]
    function = _function(name)
    try:
        hints = get_type_hints(function, include_extras=True)
        _, *keys = inspect.signature(function).parameters.values()
        fields: dict[str, Any] = {
            key.name: (hints[key.name], ... if key.default is key.empty else key.default)
            for key in keys
        }
        about = (inspect.getdoc(function) or "").partition("\n\n")[0]
        tag: Any = Literal[name]
        return create_model(
            "".join(part.capitalize() for part in name.split("_")),
            __base__=_AddedLaw,
            __doc__=f"{' '.join(about.split())} (Of the package {one.package}.)".strip(),
            distribution=(tag, Field(description="Which kind this is.")),
            **fields,
        )
    except Exception as error:
        raise InputError(
            f"{one} can't be used: {type(error).__name__}: {error}; expected a function of "
            "probabilities and of keys with their types, such as f(u: Floats, *, mean: Duration)"
        ) from error


@cache
def _function(name: str) -> Callable[..., Any]:
    loaded: Callable[..., Any] = added("law")[name].load()
    return loaded


def parameters_of(record: object) -> tuple[str, tuple[float, ...]]:
    """Return the name of an added law and the values of its keys, in their order."""
    assert isinstance(record, _AddedLaw)
    keys = [key for key in type(record).model_fields if key != "distribution"]
    return record.distribution, tuple(float(getattr(record, key)) for key in keys)


def quantiles_of(name: str, u: Floats, params: tuple[float, ...]) -> Floats:
    """Return the quantiles of an added law.

    Parameters
    ----------
    name
        Its name.
    u
        Probabilities between 0 and 1, both excluded; any shape.
    params
        The values of its keys, times in minutes.

    Raises
    ------
    InputError
        If the package's function fails, or gives something else than as many numbers.
    """
    import numpy as np

    one, function = added("law")[name], _function(name)
    _, *keys = inspect.signature(function).parameters
    try:
        values = np.asarray(function(u, **dict(zip(keys, params, strict=True))), dtype=np.float64)
    except ValueError as error:
        raise InputError(str(error)) from error
    except Exception as error:
        raise InputError(f"{one} failed: {type(error).__name__}: {error}") from error
    if values.shape != u.shape:
        raise InputError(f"{one} gives {values.shape} values for {u.shape} probabilities")
    return values
