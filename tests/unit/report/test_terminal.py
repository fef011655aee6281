"""Documents on a terminal: tables fit, heads and sums stand out, and colours are not needed."""

from __future__ import annotations

import io

import pytest
from printing import printed
from rich.console import Console

from bcpsim.report.document import (
    Column,
    Document,
    Estimate,
    Heading,
    Judged,
    Points,
    Sentence,
    Table,
)
from bcpsim.report.html import as_html
from bcpsim.report.markdown import as_markdown
from bcpsim.report.terminal import as_text

WAITS = Table(
    "Waits",
    (Column("Measure"), Column("Before"), Column("After", "min"), Column("Worth", optional=True)),
    (
        ("Cars",),
        ("Waiting time", Estimate(20, 18, 22), Estimate(-3, -4, -2, signed=True), "0.95"),
        ("Trucks",),
        ("Waiting time", Estimate(40.25, known_to=0.5), Estimate(3, 2, 4, signed=True), "0.5"),
        ("All together", None, Estimate(0), ""),
    ),
    sums=1,
)


def lines(table: Table, width: int) -> list[str]:
    text = printed(Document("Title", (table,)), width)
    assert max(map(len, text.splitlines())) <= width
    return [line.strip() for line in text.splitlines() if line.strip()][1:]


def test_a_row_of_one_cell_heads_those_that_follow_and_sums_stand_below_a_line() -> None:
    text = printed(Document("Title", (WAITS,)), 80).splitlines()
    cars = next(k for k, line in enumerate(text) if line.startswith(" Cars"))
    assert text[cars + 1].startswith("   Waiting time")
    all_together = next(k for k, line in enumerate(text) if "All together" in line)
    assert not text[all_together - 1].strip()


def test_changes_have_signs_and_what_has_no_interval_is_rounded_as_it_is_known() -> None:
    row = next(line for line in lines(WAITS, 80) if "40" in line)
    assert row.split() == ["Waiting", "time", "40.25", "+3.0", "[+2.0,", "+4.0]", "0.5"]


@pytest.mark.parametrize(
    ("width", "heads", "first"),
    [
        (
            64,
            "Measure Before After (min) Worth",
            "Waiting time 20.0 [18.0, 22.0] -3.0 [-4.0, -2.0]",
        ),
        (60, "Measure Before After (min)", "Waiting time 20.0 [18.0, 22.0] -3.0 [-4.0, -2.0]"),
        (50, "Measure Before After (min)", "Waiting time 20.0 -3.0"),
    ],
)
def test_where_room_lacks_the_optional_goes_first_then_intervals_stand_below(
    width: int, heads: str, first: str
) -> None:
    shown = [" ".join(line.split()) for line in lines(WAITS, width)]
    assert shown[0] == heads
    assert any(line.startswith(first) for line in shown)
    assert ("[18.0, 22.0] [-4.0, -2.0]" in shown) == (width == 50)


def test_words_fold_and_no_column_is_lost_where_two_tables_are_needed() -> None:
    shown = lines(WAITS, 30)
    assert sum(line.startswith("Measure") for line in shown) == 2
    assert any("After" in line for line in shown)
    rule = Table(
        "Rules",
        (Column("Reading"), Column("Points"), Column("It holds")),
        (("Waiting time, mean, Cars", "12", "where the load is 0.8 or more of what can be done"),),
    )
    assert " ".join(lines(rule, 50)[0].split()) == "Reading Points It holds"


def test_verdicts_have_a_colour_that_nobody_needs() -> None:
    verdicts = Table(
        "Verdicts",
        (Column("Case"), Column("Verdict")),
        (("first", Judged("passed", "good")), ("second", Judged("FAILED", "bad"))),
    )
    document = Document("Title", (verdicts,))
    console = Console(
        width=80,
        force_terminal=True,
        color_system="standard",
        no_color=False,  # whatever NO_COLOR says
        file=io.StringIO(),
    )
    console.print(as_text(document, 80))
    assert isinstance(console.file, io.StringIO)
    assert "\x1b[1;31mFAILED" in console.file.getvalue()
    assert "passed" in printed(document)
    assert '<span class="bad">FAILED</span>' in as_html(document)
    assert "| second | FAILED |" in as_markdown(document)


def test_a_page_and_markdown_have_heads_and_sums_too() -> None:
    page = as_html(Document("Title", (WAITS,)))
    assert '<th scope="rowgroup" colspan="4" class="over">Cars</th>' in page
    assert '<tr class="sum"><th scope="row">All together</th>' in page
    assert "| Cars |  |  |  |" in as_markdown(Document("Title", (WAITS,)))


def test_lists_have_marks_and_the_answer_stands_apart() -> None:
    parts = (
        Sentence("The claim"),
        Points(("It holds.",), "answer"),
        Points(("first " * 10, "second")),
        Heading("More"),
        Sentence("said", "warning"),
    )
    text = printed(Document("Title", parts), 30).splitlines()
    assert [line.strip() for line in text[:4]] == ["Title", "The claim", "", "It holds."]
    assert text[4].startswith("- first")
    assert text[5].startswith("  first")
    assert [line.strip() for line in text[-3:]] == ["", "More", "Note: said"]
