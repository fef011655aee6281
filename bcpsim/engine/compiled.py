"""The compiled bodies of records, lists and sets, and of all rules that use them.

A record is its address (see `arena`); its fields are loaded and stored at their places, so that
`stop.waiting += 1` and `step.following[i]` read and do what they do in Python. `compile_rule`
follows a rule to all that it calls. Importing this takes a while: only what runs the compiled
way does.
"""

from __future__ import annotations

import dis
import operator
import re
from collections.abc import Callable
from pathlib import Path
from types import FunctionType, NoneType
from typing import Any, get_args, get_origin, get_type_hints

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.errors import NumbaError
from numba.core.extending import (
    infer_getattr,
    intrinsic,
    lower_builtin,
    lower_cast,
    lower_getattr_generic,
    lower_setattr_generic,
    overload,
    overload_method,
    register_model,
    typeof_impl,
)
from numba.core.imputils import RefType, iternext_impl, lower_constant
from numba.core.typeconv import Conversion
from numba.core.typing.templates import (
    AbstractTemplate,
    AttributeTemplate,
    infer_global,
    signature,
)

from bcpsim.engine import stored
from bcpsim.engine.arena import WORD, fields_of
from bcpsim.engine.records import World
from bcpsim.engine.sets import Members
from bcpsim.engine.slices import run_slice
from bcpsim.engine.table import Nothing, compiled_bodies
from bcpsim.errors import RunError

_WORD = ir.IntType(64)
_BYTE = ir.IntType(8)

OPTIONS: dict[str, Any] = {"_nrt": False, "no_cpython_wrapper": True}
"""Without reference counts: nothing that rules touch is counted."""

INLINED: dict[str, Any] = {"_nrt": False, "forceinline": True}
"""Of what is short and called often: a call would cost more than the body."""

SHORT = 450
"""Bytes of Python's code up to which a rule is put into those that call it.

So a run takes 0.6 of the time without. With all rules there it takes half, but compiling six
times as long.
"""

checked = False
"""Whether a field of nothing, and an item outside a list or set, are errors: for tests."""


# ---- types -----------------------------------------------------------------------------------


class _Record(types.Type):
    """A kind of record: the address of one."""

    def __init__(self, record: type) -> None:
        self.record = record
        super().__init__(record.__name__)


class _Nothing(types.Type):
    """`NOTHING`, in place of any record."""

    def __init__(self) -> None:
        super().__init__("Nothing")

    def unify(self, context: Any, other: Any) -> Any:
        return other if isinstance(other, _Record) else None

    def can_convert_to(self, context: Any, other: Any) -> Any:
        return Conversion.safe if isinstance(other, _Record) else None


class _Set(types.IterableType):
    """A set: the address of its size; with checks a type of its own, as methods are kept."""

    def __init__(self) -> None:
        super().__init__("CheckedSet" if checked else "Set")

    @property
    def iterator_type(self) -> Any:
        return _Items(self, types.int64)


class _List(types.IterableType):
    """A list of items of one type."""

    mutable = True

    def __init__(self, item: Any) -> None:
        self.item = item
        super().__init__(f"List({item})")

    @property
    def iterator_type(self) -> Any:
        return _Items(self, self.item)


class _Items(types.SimpleIteratorType):
    """What goes through a list, or a set."""

    def __init__(self, items: Any, item: Any) -> None:
        self.items = items
        super().__init__(f"Items({items})", item)


nothing = _Nothing()


def type_of(holds: type) -> Any:
    """Return the compiled type of what a field holds, or each item of a list."""
    simple = {int: types.int64, bool: types.boolean, float: types.float64, Members: _Set()}
    return simple[holds] if holds in simple else _Record(holds)


@register_model(_Record)
@register_model(_Set)
class _Address(models.PrimitiveModel):
    def __init__(self, manager: Any, type_: Any) -> None:
        super().__init__(manager, type_, _WORD)


@register_model(_Nothing)
class _NoAddress(models.OpaqueModel):
    pass


@register_model(_List)
class _ListModel(models.StructModel):
    def __init__(self, manager: Any, type_: Any) -> None:
        super().__init__(manager, type_, [("address", types.int64), ("size", types.int64)])


@register_model(_Items)
class _ItemsModel(models.StructModel):
    def __init__(self, manager: Any, type_: Any) -> None:
        members = [("items", type_.items), ("index", types.EphemeralPointer(types.int64))]
        super().__init__(manager, type_, members)


# ---- nothing -----------------------------------------------------------------------------------


@typeof_impl.register(Nothing)
def _typeof_nothing(value: Nothing, context: Any) -> Any:
    return nothing


@lower_constant(_Nothing)
def _constant_nothing(context: Any, builder: Any, type_: Any, value: Any) -> Any:
    return context.get_dummy_value()


@lower_cast(_Nothing, _Record)
def _cast_nothing(context: Any, builder: Any, source: Any, to: Any, value: Any) -> Any:
    return _WORD(0)


@lower_builtin(operator.is_, _Record, _Nothing)
def _is_nothing(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.icmp_signed("==", args[0], _WORD(0))


@lower_builtin(operator.is_, _Record, _Record)
def _is_same(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.icmp_signed("==", args[0], args[1])


# ---- words in memory -------------------------------------------------------------------------


def _pointer(builder: Any, address: Any, offset: int, kind: Any) -> Any:
    if offset:
        address = builder.add(address, _WORD(offset))
    return builder.inttoptr(address, kind.as_pointer())


def _load(builder: Any, address: Any, offset: int, type_: Any) -> Any:
    """Load what a word holds as a value of a type."""
    kind = ir.DoubleType() if type_ is types.float64 else _WORD
    value = builder.load(_pointer(builder, address, offset, kind))
    return builder.icmp_signed("!=", value, _WORD(0)) if type_ is types.boolean else value


def _store(builder: Any, address: Any, offset: int, type_: Any, value: Any) -> None:
    """Store a value in a word."""
    kind = ir.DoubleType() if type_ is types.float64 else _WORD
    if type_ is types.boolean:
        value = builder.zext(value, _WORD)
    builder.store(value, _pointer(builder, address, offset, kind))


def _refuse(context: Any, builder: Any, wrong: Any, message: str) -> None:
    """Raise an error where a condition holds, if such are looked for."""
    if checked:
        with builder.if_then(wrong, likely=False):
            context.call_conv.return_user_exc(builder, IndexError, (message,))


@infer_getattr
class _RecordAttributes(AttributeTemplate):
    key = _Record

    def generic_resolve(self, type_: Any, name: str) -> Any:
        field = fields_of(type_.record).get(name)
        if field is None:
            return None
        holds = type_of(field.holds)
        return _List(holds) if field.is_list else holds


@lower_getattr_generic(_Record)
def _get_field(context: Any, builder: Any, type_: Any, value: Any, name: str) -> Any:
    field = fields_of(type_.record)[name]
    offset = WORD * field.offset
    is_null = builder.icmp_signed("==", value, _WORD(0))
    _refuse(context, builder, is_null, f"{type_}.{name} of nothing")
    if not field.is_list:
        return _load(builder, value, offset, type_of(field.holds))
    items = context.make_helper(builder, _List(type_of(field.holds)))
    items.address = _load(builder, value, offset, types.int64)
    items.size = _load(builder, value, offset + WORD, types.int64)
    return items._getvalue()


@lower_setattr_generic(_Record)
def _set_field(context: Any, builder: Any, sig: Any, args: Any, name: str) -> None:
    field = fields_of(sig.args[0].record)[name]
    is_null = builder.icmp_signed("==", args[0], _WORD(0))
    _refuse(context, builder, is_null, f"{sig.args[0]}.{name} of nothing")
    _store(builder, args[0], WORD * field.offset, type_of(field.holds), args[1])


# ---- lists -----------------------------------------------------------------------------------


@infer_global(operator.getitem)
class _GetItem(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], _List) and isinstance(args[1], types.Integer):
            return signature(args[0].item, args[0], types.int64)
        return None


@infer_global(operator.setitem)
class _SetItem(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], _List) and isinstance(args[1], types.Integer):
            return signature(types.none, args[0], types.int64, args[0].item)
        return None


@infer_global(len)
class _Len(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        return signature(types.int64, args[0]) if isinstance(args[0], _List) else None


def _item_address(context: Any, builder: Any, type_: Any, value: Any, index: Any) -> Any:
    items = context.make_helper(builder, type_, value)
    outside = builder.icmp_unsigned(">=", index, items.size)
    _refuse(context, builder, outside, f"outside {type_}")
    return builder.add(items.address, builder.mul(index, _WORD(WORD)))


@lower_builtin(operator.getitem, _List, types.Integer)
def _get_item(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    address = _item_address(context, builder, sig.args[0], args[0], args[1])
    return _load(builder, address, 0, sig.args[0].item)


@lower_builtin(operator.setitem, _List, types.Integer, types.Any)
def _set_item(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    address = _item_address(context, builder, sig.args[0], args[0], args[1])
    _store(builder, address, 0, sig.args[0].item, args[2])
    return context.get_dummy_value()


@lower_builtin(len, _List)
def _len(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return context.make_helper(builder, sig.args[0], args[0]).size


@lower_builtin("getiter", _List)
@lower_builtin("getiter", _Set)
def _iter(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    items = context.make_helper(builder, sig.return_type)
    index = cgutils.alloca_once_value(builder, _WORD(0))
    builder.store(_WORD(0), index)
    items.index = index
    items.items = args[0]
    return items._getvalue()


@lower_builtin("iternext", _Items)
@iternext_impl(RefType.UNTRACKED)
def _next(context: Any, builder: Any, sig: Any, args: Any, result: Any) -> None:
    type_ = sig.args[0].items
    items = context.make_helper(builder, sig.args[0], args[0])
    if isinstance(type_, _Set):
        _next_in_set(context, builder, items, result)
        return
    index = builder.load(items.index)
    size = context.make_helper(builder, type_, items.items).size
    more = builder.icmp_signed("<", index, size)
    result.set_valid(more)
    with builder.if_then(more):
        address = _item_address(context, builder, type_, items.items, index)
        result.yield_(_load(builder, address, 0, type_.item))
        builder.store(builder.add(index, _WORD(1)), items.index)


def _next_in_set(context: Any, builder: Any, items: Any, result: Any) -> None:
    """Go on to the next number that is in a set."""
    size = _load(builder, items.items, 0, types.int64)
    searching = builder.append_basic_block("search")
    found = builder.append_basic_block("found")
    over = builder.append_basic_block("over")
    done = builder.append_basic_block("done")
    builder.branch(searching)
    builder.position_at_end(searching)
    index = builder.load(items.index)
    inside = builder.icmp_signed("<", index, size)
    looking = builder.append_basic_block("look")
    builder.cbranch(inside, looking, over)
    builder.position_at_end(looking)
    builder.store(builder.add(index, _WORD(1)), items.index)
    there = builder.load(_byte(context, builder, items.items, index))
    builder.cbranch(builder.icmp_signed("!=", there, _BYTE(0)), found, searching)
    builder.position_at_end(found)
    result.set_valid(True)
    result.yield_(index)
    builder.branch(done)
    builder.position_at_end(over)
    result.set_valid(False)
    builder.branch(done)
    builder.position_at_end(done)


# ---- sets ------------------------------------------------------------------------------------


@intrinsic
def _size(context: Any, members: Any) -> Any:
    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _load(builder, args[0], 0, types.int64)

    return types.int64(members), build


def _byte(context: Any, builder: Any, members: Any, k: Any) -> Any:
    outside = builder.icmp_unsigned(">=", k, _load(builder, members, 0, types.int64))
    _refuse(context, builder, outside, "outside a set")
    return _pointer(builder, builder.add(members, k), WORD, _BYTE)


@intrinsic
def _has(context: Any, members: Any, k: Any) -> Any:
    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        value = builder.load(_byte(context, builder, args[0], args[1]))
        return builder.icmp_signed("!=", value, _BYTE(0))

    return types.boolean(members, types.int64), build


@intrinsic
def _put(context: Any, members: Any, k: Any, there: Any) -> Any:
    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        value = builder.zext(args[2], _BYTE)
        builder.store(value, _byte(context, builder, args[0], args[1]))
        return context.get_dummy_value()

    return types.void(members, types.int64, types.boolean), build


@overload_method(_Set, "has", strict=False, jit_options=INLINED)
def _set_has(members: Any, k: Any) -> Any:
    return lambda members, k: _has(members, k)


@overload_method(_Set, "add", strict=False, jit_options=INLINED)
def _set_add(members: Any, k: Any) -> Any:
    return lambda members, k: _put(members, k, True)


@overload_method(_Set, "drop", strict=False, jit_options=INLINED)
def _set_drop(members: Any, k: Any) -> Any:
    return lambda members, k: _put(members, k, False)


@overload_method(_Set, "clear", strict=False, jit_options=INLINED)
def _set_clear(members: Any) -> Any:
    def clear(members: Any) -> None:
        for k in range(_size(members)):
            _put(members, k, False)

    return clear


@overload_method(_Set, "add_all", strict=False, jit_options=INLINED)
def _set_add_all(members: Any, other: Any) -> Any:
    def add_all(members: Any, other: Any) -> None:
        for k in range(_size(members)):
            if _has(other, k):
                _put(members, k, True)

    return add_all


@overload_method(_Set, "take", strict=False, jit_options=INLINED)
def _set_take(members: Any, other: Any) -> Any:
    def take(members: Any, other: Any) -> None:
        for k in range(_size(members)):
            _put(members, k, _has(other, k))
            _put(other, k, False)

    return take


@overload_method(_Set, "first", strict=False, jit_options=INLINED)
def _set_first(members: Any) -> Any:
    def first(members: Any) -> int:
        for k in range(_size(members)):
            if _has(members, k):
                return k
        return -1

    return first


@overload_method(_Set, "first_common", strict=False, jit_options=INLINED)
def _set_first_common(members: Any, other: Any) -> Any:
    def first_common(members: Any, other: Any) -> int:
        for k in range(_size(members)):
            if _has(members, k) and _has(other, k):
                return k
        return -1

    return first_common


# ---- rules -----------------------------------------------------------------------------------


def record_at(record: type) -> Any:
    """Return a compiled function from an address to the record of a kind that is there."""

    @intrinsic
    def at(context: Any, address: Any) -> Any:
        def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            return args[0]

        return _Record(record)(types.int64), build

    return at


_world_at = record_at(World)


def _slice(w: World, most: int, at_once: int) -> int:
    raise NotImplementedError  # what is compiled stands for it


@overload(_slice, strict=False, jit_options=INLINED)
def _compiled_slice(w: Any, most: Any, at_once: Any) -> Any:
    """Compile all rules, when nothing was found that is compiled already."""
    rules = compile_rule(run_slice)
    return lambda w, most, at_once: rules(w, most, at_once)


def entry(address: int, most: int, at_once: int) -> int:
    """Run a slice (see `slices`) of the world at an address."""
    return _slice(_world_at(address), most, at_once)


Run = Callable[[int, int, int], int]
"""`entry`, compiled."""


def make(folder: Path | None) -> Run:
    """Return the compiled engine: as stored in a folder, else compiled now and stored there."""
    made: Run = stored.compiled(entry, "int64(int64,int64,int64)", folder, _nrt=False)
    return made


def compile_rule(function: Callable[..., Any]) -> Any:
    """Return the compiled form of a rule, with those of all rules that it calls."""
    made: dict[Callable[..., Any], Any] = {}
    under_way: set[Callable[..., Any]] = set()

    def form(function: Callable[..., Any]) -> Any:
        body = compiled_bodies[function]
        if body in made:
            return made[body]
        if body in under_way:
            raise RecursionError(f"the rule {body.__name__} calls itself, perhaps through others")
        under_way.add(body)
        assert isinstance(body, FunctionType)
        namespace = dict(body.__globals__)
        for name in _globals_of(body):
            value = namespace.get(name)
            if isinstance(value, FunctionType) and value in compiled_bodies:
                namespace[name] = form(value)
        twin = FunctionType(body.__code__, namespace, body.__name__, body.__defaults__)
        under_way.discard(body)
        short = len(body.__code__.co_code) <= SHORT
        try:
            made[body] = njit(_signature_of(body), forceinline=short, **OPTIONS)(twin)
        except NumbaError as error:
            if body.__module__.partition(".")[0] == "bcpsim":
                raise
            raise RunError(_not_compiled(body, error)) from error
        return made[body]

    return form(function)


def _not_compiled(rule: FunctionType, error: Exception) -> str:
    """Return what to say of a package's rule that Numba can't compile."""
    lines = (re.sub(r"\x1b\[[0-9;]*m", "", line).strip() for line in str(error).splitlines())
    said = next((line for line in lines if line and not line.startswith("Failed in")), "")
    said = said.rstrip(":")
    return (
        f"the rule {rule.__name__!r} of {rule.__module__} can't be compiled: {said}; write it with "
        "whole numbers, truth values and records, or run it as it stands with the engine simpy"
    )


def _signature_of(function: FunctionType) -> Any:
    """Return the compiled types of a rule's arguments and result, by its annotations."""
    hints = get_type_hints(function)
    result = _compiled_type(hints.pop("return"))
    return result(*(_compiled_type(hint) for hint in hints.values()))


def _compiled_type(hint: Any) -> Any:
    """Return the compiled type for an annotation."""
    if hint is NoneType:
        return types.void
    if get_origin(hint) is list:
        return _List(type_of(get_args(hint)[0]))
    if get_origin(hint) is tuple:
        return types.Tuple([type_of(one) for one in get_args(hint)])
    return type_of(hint)


def _globals_of(function: FunctionType) -> set[str]:
    """Return the names of the globals that a function reads."""
    read = dis.get_instructions(function)
    return {one.argval for one in read if one.opname == "LOAD_GLOBAL"}
