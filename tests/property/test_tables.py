"""A table reads as the same numbers and times in whatever make it is written."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import assume, given
from hypothesis import strategies as st

from bcpsim.scenario.tables import TableError, read_table
from bcpsim.scenario.tables.times import moment
from bcpsim.scenario.traffic import CountedArrivals

CLOCKS = ("%H:%M", "%H:%M:%S", "%H.%M", "%Hh%M", "%I:%M %p")
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%d %b %Y", "%d.%m.%y")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1250", "cp1252")

counts = st.lists(st.integers(0, 3_000_000).map(lambda n: n / 100), min_size=1, max_size=30)


def written(number: float, decimal: str, group: str) -> str:
    """Return a number with two decimals, and marks between its thousands."""
    text = f"{number:,.2f}"
    return text.translate({ord(","): group, ord("."): decimal})


@given(
    counts,
    st.datetimes(datetime(2020, 1, 13), datetime(2030, 12, 1)),
    st.sampled_from(",;\t|"),
    st.sampled_from([(".", ""), (".", ","), (",", ""), (",", "."), (",", " "), (".", "'")]),
    st.sampled_from(DATES),
    st.sampled_from(CLOCKS),
    st.sampled_from(ENCODINGS),
    st.booleans(),
)
def test_any_make_is_the_same(
    numbers: list[float],
    start: datetime,
    separator: str,
    marks: tuple[str, str],
    day: str,
    clock: str,
    encoding: str,
    two_columns: bool,
) -> None:
    start = start.replace(minute=0, second=0, microsecond=0)
    times = [start + timedelta(hours=k) for k in range(len(numbers))]
    if "/" in day:  # else nothing tells the month from the day
        assume(any(when.day > 12 for when in times))
    buffer = io.StringIO()
    rows = csv.writer(buffer, delimiter=separator, lineterminator="\r\n")
    rows.writerow(["Tag", "Zeit", "Größe"] if two_columns else ["Zeit", "Größe"])
    for when, number in zip(times, numbers, strict=True):
        cell = written(number, *marks)
        parts = [when.strftime(day), when.strftime(clock)]
        rows.writerow([*parts, cell] if two_columns else [" ".join(parts), cell])
    use = CountedArrivals.model_validate(
        {
            "pattern": "counts",
            "file": "t.csv",
            "time_column": ["Tag", "Zeit"] if two_columns else "Zeit",
            "count_column": "Größe",
            "encoding": encoding if encoding.startswith("cp") else None,
        }
    )
    with TemporaryDirectory() as folder:
        (Path(folder) / "t.csv").write_bytes(buffer.getvalue().encode(encoding))
        table = read_table(use, Path(folder))
    assert [moment(count.at) for count in table.counts] == times
    assert [count.number for count in table.counts] == numbers


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_file_is_read_or_refused_with_its_name(content: bytes) -> None:
    use = CountedArrivals.model_validate({"pattern": "counts", "file": "t.csv"})
    with TemporaryDirectory() as folder:
        (Path(folder) / "t.csv").write_bytes(b"time;count\n" + content)
        told: tuple[str, ...] = ()
        try:
            read_table(use, Path(folder))
        except TableError as error:
            told = error.messages
    assert all(message.startswith("t.csv") for message in told)
