"""A column of groups is never lost as a header, nor counted as an option without a word."""

import pytest

from mulembe.transfer.own import read_pair, same_codes

BEFORE = "unit,x,y\nA,1,2\nB,3,4\n"


def read(before, after=BEFORE, group="", **settings):
    """A pair of tables, and the problems."""
    both = before.encode(), after.encode()
    return read_pair(both[0], "before.csv", both[1], "after.csv", group, **settings)


def refused(before, after=BEFORE, group="", **settings):
    """The problems of a pair that must be refused."""
    pair, problems = read(before, after, group, **settings)
    assert pair is None
    assert problems
    return problems


@pytest.mark.parametrize("group", ["", "Hill"])
def test_a_first_row_of_counts_is_never_lost_beside_a_column_of_groups(group):
    headless = "A,Hill,1,2\nB,Lake,3,4\nC,Lake,5,6\n"
    told = refused(headless, "unit,x,y\nB,3,4\nC,5,6\n", group)
    assert told == [
        "before.csv, row 1 holds numbers where the names of the columns are expected. Row 1 must "
        "name the columns: put a header there; call options that are numbers 'List 1', 'List 2'."
    ]


def test_a_header_beside_a_column_of_groups_is_one():
    pair, problems = read("unit,county,x,y\nA,N,1,2\nB,S,3,4\n", group="county")
    assert (problems, pair.groups) == ([], ("N", "S"))


DISTRICTS = "unit,District,x,y\nA,0,60,40\nB,1,50,50\nC,1,30,70\nD,2,80,20\n"
PLAIN = "unit,p,q\nA,50,50\nB,40,60\nC,20,80\nD,70,30\n"


@pytest.mark.parametrize("tolerance", [0, 0.05])
def test_a_number_of_the_group_is_not_swallowed_by_a_tolerance(tolerance):
    told = refused(DISTRICTS, PLAIN, tolerance=tolerance)
    assert told == [
        "Is 'District' in before.csv the group column, or a code? Without it the totals of all "
        "units are equal. Choose it as the group column, or delete it; if it counts voters, count "
        "them in after.csv too."
    ]
    assert "in after.csv the group" in refused(PLAIN, DISTRICTS, tolerance=tolerance)[0]
    pair, problems = read(DISTRICTS, PLAIN, "District", tolerance=tolerance)
    assert problems == []
    assert pair.groups == ("0", "1", "1", "2")


def test_a_group_is_suspected_where_some_totals_differ_besides():
    before = "unit,x,District\n" + "".join(f"U{i},{100 + i},{i % 3}\n" for i in range(9))
    after = "unit,p\n" + "".join(f"U{i},{100 + i + (i == 4)}\n" for i in range(9))
    told = refused(before, after, tolerance=0.05)
    assert len(told) == 1
    assert told[0].startswith("Is 'District' in before.csv the group column, or a code? Without ")
    assert "totals of most units are equal" in told[0]


def test_an_ordinary_difference_suggests_no_group():
    other = "unit,p,q\nA,50,51\nB,40,60\nC,20,80\nD,70,30\n"
    told = refused(PLAIN, other)
    assert told == [
        "Unit 'A' has 100 in before.csv, row 2, and 101 in after.csv, row 2. The totals must be "
        "equal: add columns for those who did not vote, came or left."
    ]
    assert read(PLAIN, other, tolerance=0.05)[1] == []


def test_the_same_codes_in_both_tables_are_noticed():
    pair, problems = read(DISTRICTS, DISTRICTS.replace("60,40", "50,50"))
    assert problems == []
    assert same_codes(pair) == ""  # three numbers in four units are too many to be codes
    many = "unit,District,x\n" + "".join(f"U{i},{i % 2},{i}\n" for i in range(8))
    assert same_codes(read(many, many)[0]) == "District"
    assert same_codes(read(PLAIN, PLAIN)[0]) == ""
