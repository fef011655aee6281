"""Reading YAML: YAML 1.2's scalars, positions, and everything that is refused."""

from __future__ import annotations

import math
import os
import pickle
import re
from dataclasses import replace
from time import process_time

import pytest
import yaml
from places import ROOT

from bcpsim.errors import BcpsimError, Problem, ScenarioError, nearest
from bcpsim.files.document import (
    MAX_BYTES,
    MAX_DEPTH,
    Document,
    Mark,
    merge,
    parse_document,
    read_document,
    with_override,
)


def read(text: str) -> Document:
    return parse_document(text, "f.yaml")


def refusal(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read(text)
    return str(caught.value).splitlines()


# --- Errors ----------------------------------------------------------------------------


def test_a_problem_leaves_out_what_is_unknown():
    assert str(Problem("f.yaml", 3, 5, "stops.a", "is bad")) == "f.yaml:3:5: stops.a: is bad"
    assert str(Problem("f.yaml", 3, 0, "stops.a", "is bad")) == "f.yaml:3: stops.a: is bad"
    assert str(Problem("f.yaml", 0, 0, "", "is bad")) == "f.yaml: is bad"


def test_problems_come_in_order_of_file_and_line_and_survive_pickling():
    problems = [Problem(*p, "", "m") for p in (("b", 1, 1), ("a", 10, 1), ("a", 9, 2))]
    error = ScenarioError(problems)
    assert isinstance(error, BcpsimError)
    assert str(error) == "a:9:2: m\na:10:1: m\nb:1:1: m"
    again = pickle.loads(pickle.dumps(error))
    assert again.problems == error.problems
    assert str(again) == str(error)


def test_nearest():
    assert nearest("scaner", ["dog", "scanner"]) == "scanner"
    assert nearest("xyz", ["dog", "scanner"]) is None
    assert nearest("xyz", []) is None


# --- Scalars ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # What YAML 1.1 takes for booleans, sexagesimal numbers, dates or octal numbers.
        *[(word, word) for word in ("on", "off", "yes", "no", "y", "n", "On", "NO")],
        ("22:00", "22:00"),
        ("1:30", "1:30"),
        ("2026-04-13", "2026-04-13"),
        ("2026-04-13T00:00", "2026-04-13T00:00"),
        ("1_000", "1_000"),
        ("=", "="),
        ("<<", "<<"),
        ("017", 17),
        # Text that begins like something else.
        ("90 s", "90 s"),
        ("15 %", "15 %"),
        ("40/h", "40/h"),
        ("1.5h", "1.5h"),
        ("trueish", "trueish"),
        ("tRUE", "tRUE"),
        ("'12'", "12"),
        ('"null"', "null"),
        ("!!str 12", "12"),
        ("''", ""),
        # The core schema.
        ("12", 12),
        ("-3", -3),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e3", 1000.0),
        ("1.5E-3", 0.0015),
        (".5", 0.5),
        ("1.", 1.0),
        ("-.inf", -math.inf),
        (".Inf", math.inf),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
    ],
)
def test_scalars_of_yaml_1_2(text, value):
    found = read(f"a: {text}").data["a"]
    assert found == value
    assert type(found) is type(value)


def test_nan_is_read_for_the_schema_to_refuse():
    assert math.isnan(read("a: .nan").data["a"])


def test_clock_times_in_flow_collections():
    assert read("a: {from: 22:00, to: 06:00}\nb: [22:00, 06:00]").data == {
        "a": {"from": "22:00", "to": "06:00"},
        "b": ["22:00", "06:00"],
    }


def test_whole_numbers_as_keys_are_text_and_clash_with_it():
    assert read("1: a\n2: b").data == {"1": "a", "2": "b"}
    assert refusal("1: a\n'1': b") == ["f.yaml:2:1: 1: a second key '1'; the first is on line 1"]


def test_words_that_yaml_1_1_takes_for_booleans_are_keys():
    assert read("on: 1\nno: 2").data == {"on": 1, "no": 2}


# --- Positions -------------------------------------------------------------------------


def test_positions_of_values_and_keys():
    document = read("# ü\nstops:\n  ä: [é, 5]\n  text: |\n    line\n")
    assert document.marks[()] == Mark("f.yaml", 2, 1)
    assert document.marks["stops", "ä"] == Mark("f.yaml", 3, 6)
    assert document.marks["stops", "ä", 1] == Mark("f.yaml", 3, 10)
    assert document.marks["stops", "text"] == Mark("f.yaml", 4, 9)
    assert document.key_marks["stops",] == Mark("f.yaml", 2, 1)
    assert document.key_marks["stops", "ä"] == Mark("f.yaml", 3, 3)


def test_the_position_of_what_is_missing_is_that_of_what_is_around_it():
    document = read("a:\n  b: 1")
    assert document.mark_of(("a", "c", "d")) == Mark("f.yaml", 2, 3)
    assert Document({"a": 1}).mark_of(("a",)) == Mark("<scenario>")


@pytest.mark.parametrize("name", ["scenarios", "bcpsim", "benchmarks"])
def test_both_scanners_read_the_same(name, monkeypatch):
    root = ROOT / name
    files = sorted(root.rglob("*.yaml"))
    fast = [read_document(path) for path in files]
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert files
    assert [read_document(path) for path in files] == fast


# --- Refused ---------------------------------------------------------------------------


def test_every_duplicate_key_is_reported_with_both_lines():
    assert refusal("a: 1\nb: {c: 1, c: 2}\na:\n  d: 1\n  d: 2\na: 3") == [
        "f.yaml:2:11: b.c: a second key 'c'; the first is on line 2",
        "f.yaml:3:1: a: a second key 'a'; the first is on line 1",
        "f.yaml:5:3: a.d: a second key 'd'; the first is on line 4",
        "f.yaml:6:1: a: a second key 'a'; the first is on line 1",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: !!python/object/apply:os.system [ls]", "1:4: a: the tag '!!python/object/apply:os.sys"
         "tem' isn't allowed; write plain data"),
        ("!!python/name:os.system a: 1", "1:1: the tag '!!python/name:os.system' isn't allowed; "
         "write plain data"),
        ("a: !mine 1", "1:4: a: the tag '!mine' isn't allowed; write plain data"),
        ("a: !!set {b, c}", "1:4: a: the tag '!!set' isn't allowed; write plain data"),
        ("a: !!binary aGk=", "1:4: a: the tag '!!binary' isn't allowed; write plain data"),
        ("a: !!timestamp 2026-04-13", "1:4: a: the tag '!!timestamp' isn't allowed; write plain "
         "data"),
        ("a: !!float abc", "1:4: a: the tag '!!float' doesn't fit 'abc'"),
        ("a: !!int 1_000", "1:4: a: the tag '!!int' doesn't fit '1_000'"),
        ("a: !!bool yes", "1:4: a: the tag '!!bool' doesn't fit 'yes'"),
        ("a: !!null nothing", "1:4: a: the tag '!!null' doesn't fit 'nothing'"),
        ("[a]: 1", "1:1: a key must be a name, not a mapping or a list"),
        ("true: 1", "1:1: the key 'true' is no name; put it in quotes"),
        ("1.5: 1", "1:1: the key '1.5' is no name; put it in quotes"),
        ("~: 1", "1:1: the key '~' is no name; put it in quotes"),
        ("a: 1\n---\nb: 1", "2:1: a second document; expected one in a file"),
        ("a: [1, 2", "1:9: not valid YAML: expected ',' or ']', but got '<stream end>'"),
        (
            "a:\n\tb: 1",
            "2:1: not valid YAML: found character '\\t' that cannot start any token"
            "; indent with spaces, not with tabs",
        ),
        (
            "a: 1\n b: 2",
            "2:3: not valid YAML: mapping values are not allowed here"
            "; a text with ': ' in it goes in quotes: 'North: cars'",
        ),
        (
            "a: *b",
            "1:4: not valid YAML: found undefined alias 'b'"
            "; a text that begins with * goes in quotes",
        ),
        ("a: 1\nb: \x00", "2:4: not valid YAML: the character U+0000 isn't allowed"),
        ("\x07", "1:1: not valid YAML: the character U+0007 isn't allowed"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("libyaml", [True, False])
def test_refused_with_position(text, message, libyaml, monkeypatch):
    monkeypatch.setattr(yaml, "__with_libyaml__", libyaml and yaml.__with_libyaml__)
    assert refusal(text) == [f"f.yaml:{message}"]


def test_all_problems_at_once():
    assert refusal("a: !x 1\nb:\n  c: 1\n  c: !y 2\ntrue: !z 3") == [
        "f.yaml:1:4: a: the tag '!x' isn't allowed; write plain data",
        "f.yaml:4:3: b.c: a second key 'c'; the first is on line 3",
        "f.yaml:4:6: b.c: the tag '!y' isn't allowed; write plain data",
        "f.yaml:5:1: the key 'true' is no name; put it in quotes",
        "f.yaml:5:7: true: the tag '!z' isn't allowed; write plain data",
    ]


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n"])
def test_empty(text):
    assert refusal(text) == [
        "f.yaml: the file is empty; 'bcpsim new' writes a scenario to start from"
    ]


def test_depth():
    assert read("[" * MAX_DEPTH + "x" + "]" * MAX_DEPTH)
    assert refusal("[" * (MAX_DEPTH + 1) + "x" + "]" * (MAX_DEPTH + 1)) == [
        f"f.yaml:1:{MAX_DEPTH + 2}: nested more than 50 deep"
    ]


@pytest.mark.parametrize("text", ["[" * 500_000, "{a: " * 200_000, "- " * 500_000, "? " * 9999])
def test_a_very_deep_file_overruns_no_stack(text):
    [message] = refusal(text)
    assert message.endswith("nested more than 50 deep")


def test_aliases_count_for_the_depth():
    levels = "\n".join(f"a{k}: &a{k} [*a{k - 1}]" for k in range(1, MAX_DEPTH))
    assert read(f"a0: &a0 x\n{levels}")
    [message] = refusal(f"a0: &a0 x\n{levels}\nb: [[[*a{MAX_DEPTH - 1}]]]")
    assert message.endswith("nested more than 50 deep, aliases followed")


def test_aliases_stand_for_their_value_at_its_position():
    document = read("a: &a {b: 1}\nc: *a\nd: *a")
    assert document.data == {"a": {"b": 1}, "c": {"b": 1}, "d": {"b": 1}}
    assert document.marks["d", "b"] == Mark("f.yaml", 1, 11)


def test_aliases_that_multiply():
    levels = "".join(f"a{k + 1}: &a{k + 1} [{', '.join([f'*a{k}'] * 10)}]\n" for k in range(9))
    [message] = refusal("a0: &a0 x\n" + levels)
    assert message.endswith("more than 100000 values, aliases counted")


@pytest.mark.parametrize("text", ["&a [*a]", "&a {b: *a}", f"&a [{', '.join(['*a'] * 50_000)}]"])
def test_an_alias_of_itself(text):
    [message] = refusal(text)
    assert message.endswith("contains itself through an alias")


# --- Files -----------------------------------------------------------------------------


def test_files_that_cannot_be_read(tmp_path):
    def message(name: str, content: bytes | None = None) -> str:
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(ScenarioError) as caught:
            read_document(path)
        return str(caught.value).removeprefix(str(path))

    assert (
        message("latin.yaml", "a: ä".encode("latin-1"))
        == ":1: the file is no UTF-8 text (byte 3); save it as UTF-8"
    )
    assert (
        message("wide.yaml", "a: 1".encode("utf-16"))
        == ":1: the file is no UTF-8 text (byte 0); save it as UTF-8"
    )
    assert message("big.yaml", b"#" * (MAX_BYTES + 1)) == ": the file has more than 1 MiB"
    assert (
        message("empty.yaml", b"")
        == ": the file is empty; 'bcpsim new' writes a scenario to start from"
    )
    assert message("latn.yaml") == ": no such file (did you mean 'latin.yaml'?)"
    assert message("elsewhere/q.yaml") == ": no such file"
    (tmp_path / "folder").mkdir()
    assert message("folder") == ": is a folder; expected a YAML file"
    os.mkfifo(tmp_path / "pipe")
    assert message("pipe") == ": is a pipe; expected a YAML file"


def test_the_largest_file_and_a_byte_order_mark(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_bytes(b"a: 1 #" + b"x" * (MAX_BYTES - 6))
    assert read_document(path).data == {"a": 1}
    path.write_bytes(b"\xef\xbb\xbfa: 1")
    document = read_document(path)
    assert replace(document, content=b"") == Document(
        {"a": 1},
        {(): Mark(str(path), 1, 1), ("a",): Mark(str(path), 1, 4)},
        {("a",): Mark(str(path), 1, 1)},
    )


def test_a_file_of_200_lines_is_read_quickly():
    line = "  class_{}: {{arrivals: 40/h, share: 15 %, hours: [22:00, 06:00]}}"
    text = "\n".join(["classes:", *map(line.format, range(199))])
    read(text)
    begin = process_time()
    read(text)
    assert process_time() - begin < 5  # a few ms; what grows with the square takes minutes


# --- Merging ---------------------------------------------------------------------------


def merged(base: str, override: str) -> Document:
    return merge(parse_document(base, "base"), parse_document(override, "over"))


def test_merge_lays_mappings_over_each_other_and_replaces_the_rest():
    document = merged("a: {b: 1, c: [1, 2]}\nd: 4", "a:\n  c: [3]\n  e: 5")
    assert document.data == {"a": {"b": 1, "c": [3], "e": 5}, "d": 4}
    assert list(document.data["a"]) == ["b", "c", "e"]
    assert document.mark_of(("a",)).file == "base"
    assert document.mark_of(("a", "b")).file == "base"
    assert document.mark_of(("a", "c", 0)) == Mark("over", 2, 7)
    assert ("a", "c", 1) not in document.marks
    assert document.key_marks["a", "e"] == Mark("over", 3, 3)
    assert document.key_marks["d",] == Mark("base", 2, 1)


def test_merge_removes_what_is_null():
    document = merged("a: {b: {c: 1}, d: 2}", "a: {b: null, x: ~}")
    assert document.data == {"a": {"d": 2}}
    assert document.mark_of(("a", "b", "c")) == Mark("base", 1, 4)
    assert ("a", "b") not in document.key_marks


def test_merge_keeps_a_null_within_what_is_new():
    # The overrides of a variant that only the second file has keep what they remove.
    override = "variants: {fast: {stops: {second: null}}}"
    assert merged("a: 1", override).data["variants"] == {"fast": {"stops": {"second": None}}}


def test_merge_replaces_across_kinds():
    assert merged("a: {b: 1}", "a: 2").data == {"a": 2}
    document = merged("a: 2", "a: {b: 1}")
    assert document.data == {"a": {"b": 1}}
    assert document.mark_of(("a", "b")).file == "over"


def test_merge_leaves_its_arguments_alone():
    base, override = read("a: {b: 1}"), read("a: {b: 2, c: 3}")
    merge(base, override)
    assert base == read("a: {b: 1}")
    assert override == read("a: {b: 2, c: 3}")


def test_merge_takes_time_in_proportion():
    text = "\n".join(f"k{k}: {k}" for k in range(20_000))
    base, override = read(text), read(text)
    begin = process_time()
    assert merge(base, override).data == base.data
    assert process_time() - begin < 10  # a tenth of a second; what grows with the square: minutes


SET = Mark("sweep.yaml", 7, 3)

# --- Setting one value -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.b.1.c", "90 s", {"a": {"b": [0, {"c": "90 s"}]}}),
        ("a.b.0", "[1, {d: 22:00}]", {"a": {"b": [[1, {"d": "22:00"}], {"c": 1}]}}),
        ("a.new", "1e3", {"a": {"b": [0, {"c": 1}], "new": 1000.0}}),
        ("a", "null", {}),
    ],
)
def test_with_override(path, text, expected):
    document = read("a:\n  b: [0, {c: 1}]")
    assert with_override(document, path, text, SET).data == expected
    assert document == read("a:\n  b: [0, {c: 1}]")


def test_with_override_takes_the_place_of_positions():
    document = with_override(read("a:\n  b: {c: 1}\n  d: 1"), "a.b", "{c: x}", SET)
    assert document.mark_of(("a", "b")) == SET
    assert document.mark_of(("a", "b", "c")) == SET
    assert document.key_marks["a", "b"] == SET
    assert document.mark_of(("a", "d")) == Mark("f.yaml", 3, 6)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("stps.a.x", "stps: no such field; expected one of: stops, list (did you mean 'stops'?)"),
        ("stops.c.x", "stops.c: no such field; expected one of: alpha, beta"),
        ("list.2", "list.2: no such field; expected a number from 0 to 1"),
        ("list.-1", "list.-1: no such field; expected a number from 0 to 1"),
        ("list.²", "list.²: no such field; expected a number from 0 to 1"),
        ("stops.alpha.0", "stops.alpha.0: no such field; expected no key: the list is empty"),
        ("stops.beta.x", "stops.beta.x: no such field; there is no mapping or list"),
    ],
)
def test_with_override_of_what_is_not_there(path, message):
    document = read("stops: {alpha: [], beta: 1}\nlist: [1, 2]")
    with pytest.raises(ScenarioError) as caught:
        with_override(document, path, "1", SET)
    assert str(caught.value) == f"sweep.yaml:7:3: {message}"


def test_with_override_reads_safely():
    with pytest.raises(ScenarioError) as caught:
        with_override(read("a: 1"), "a", "[1", SET)
    assert str(caught.value).startswith("sweep.yaml:7:3: a: not valid YAML: ")
    with pytest.raises(ScenarioError, match="the tag '!!python/name:os' isn't allowed"):
        with_override(read("a: 1"), "a", "!!python/name:os ''", SET)


@pytest.mark.parametrize("text", ["+1", "*1.2", "+= 1", "-=1", "+ 10 %", "/2"])
def test_a_value_that_would_change_the_one_that_is_there_is_refused(text):
    with pytest.raises(ScenarioError) as caught:
        with_override(read("lanes: 2"), "lanes", text, SET)
    assert str(caught.value) == (
        f"sweep.yaml:7:3: lanes: {text!r} would change the value that is there (now 2); write the "
        "new value itself: lanes=VALUE"
    )


@pytest.mark.parametrize("text", ["+1", "+0.5", "+1e3"])
def test_numbers_with_a_plus_are_text(text):
    assert read(f"a: {text}").data == {"a": text}


def test_a_number_of_more_digits_than_can_be_read_is_text():
    assert read("a: 9" + "9" * 5000).data == {"a": "9" * 5001}
    assert read("a: 9" + "9" * 400).data == {"a": int("9" * 401)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (r'"\e[31m"', "001B"),
        (r'"a\rb"', "000D"),
        ("gate\u202ea", "202E"),
        ("\u200bgate", "200B"),
        (r'"\u2028"', "2028"),
    ],
)
def test_characters_that_nobody_sees_are_refused(text, code):
    expected = f"the character U+{code} can't be seen; write the text without it"
    for file in (f"title: {text}", f"title: {{{text}: 1}}"):
        with pytest.raises(ScenarioError, match=re.escape(expected)):
            read(file)
    assert read(r'a: "two\nlines\tand a tab"').data == {"a": "two\nlines\tand a tab"}
