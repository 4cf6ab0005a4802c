import base64
import json
import time
import tracemalloc
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import held, scenarios

from mulembe.scenario import link, presets
from mulembe.scenario.base import load_base
from mulembe.scenario.model import Override, Scenario
from mulembe.scenario.outcome import run
from mulembe.scenario.reading import ScenarioError


def sealed(packed: object, raw: bytes | None = None) -> str:
    """A link with a right checksum around any content."""
    text = json.dumps(packed).encode() if raw is None else raw
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, link._WORDS)
    body = packer.compress(text) + packer.flush()
    return base64.urlsafe_b64encode(zlib.crc32(body).to_bytes(4, "big") + body).decode().rstrip("=")


def packed(**changes: object) -> dict[str, object]:
    held_version = presets.data_version(held())
    return {"v": 1, "c": "2022", "p": "west-2017", "d": held_version, "r": [], "s": {}} | changes


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_every_scenario_comes_back_as_it_was(scenario):
    opened = link.decode(link.encode(scenario, held()), held())
    assert opened.scenario == scenario
    assert [p for p in opened.problems if p.part != ("preset",)] == []
    assert opened.moved == ()


@pytest.mark.parametrize("cycle", ["2022", "2027"])
def test_presets_are_short_and_known_by_name(tables, cycle):
    for preset in presets.presets(tables, cycle):
        text = link.encode(preset.scenario, tables)
        assert len(text) < 150
        assert link.decode(text, tables).scenario == preset.scenario
        assert link.decode(preset.preset_id, tables).scenario == preset.scenario


def test_all_38_set_by_hand_stay_under_2000_characters(tables):
    base = load_base(tables, "2027")
    hand = [
        Override(
            code=code,
            votes=(9973 + 317 * i, 10007 + 211 * i, 1009 + 13 * i, 101 + 7 * i),
            reason=f"Our agents in ward {i} say so",
        )
        for i, code in enumerate(base.area_codes)
    ]
    scenario = presets.preset("three-ways", tables).scenario.but(overrides=hand)
    text = link.encode(scenario, tables)
    assert len(text) < 2000
    assert link.decode(text, tables).scenario == scenario


def test_a_link_holds_only_what_differs_from_the_preset(tables):
    start = presets.preset("jan-2022", tables).scenario
    assert len(link.encode(start.but(seed=7), tables)) < len(link.encode(start, tables)) + 25


@given(st.text(max_size=400))
def test_any_text_is_opened_or_refused_with_a_sentence(text):
    try:
        link.decode(text, held())
    except ScenarioError as error:
        assert str(error).endswith(".")


@given(st.binary(max_size=300))
def test_any_content_under_a_right_checksum_is_opened_or_refused(raw):
    try:
        link.decode(sealed(None, raw), held())
    except ScenarioError as error:
        assert str(error).endswith(".")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(sorted(Scenario.model_fields)), JSON))
def test_any_values_in_known_fields_leave_a_scenario_that_runs(junk):
    try:
        opened = link.decode(sealed(packed(s=junk)), held())
    except ScenarioError:
        return
    assert (run(opened.scenario, held()).flows >= 0).all()


def test_every_flipped_bit_is_noticed(tables):
    text = link.encode(presets.preset("jan-2022", tables).scenario, tables)
    raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    for position in range(len(raw) * 8):
        damaged = bytearray(raw)
        damaged[position // 8] ^= 1 << position % 8
        with pytest.raises(ScenarioError, match=r"damaged|cut short"):
            link.decode(base64.urlsafe_b64encode(damaged).decode().rstrip("="), tables)


def test_every_truncation_is_noticed(tables):
    text = link.encode(presets.preset("three-ways", tables).scenario, tables)
    for length in range(1, len(text)):
        with pytest.raises(ScenarioError):
            link.decode(text[:length], tables)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (packed(v=2), "later version"),
        (packed(v="x"), "not a version"),
        (packed(c="2032"), "cycle '2032'"),
        (packed(s=[1]), "no scenario"),
        ([1, 2], "no scenario"),
    ],
)
def test_what_is_no_scenario_of_ours_is_refused_in_words(tables, content, words):
    with pytest.raises(ScenarioError, match=words):
        link.decode(sealed(content), tables)


@pytest.mark.parametrize("raw", [b'{"v":NaN}', b'{"v":1e999}', b"[" * 60_000, b"9" * 50_000])
def test_hostile_json_is_refused_in_words(tables, raw):
    with pytest.raises(ScenarioError):
        link.decode(sealed(None, raw), tables)


def test_a_bomb_is_refused_in_little_time_and_memory(tables):
    bomb = sealed(None, b" " * 20_000_000)
    assert len(bomb) < link.TEXT_LIMIT
    tracemalloc.start()
    started = time.perf_counter()
    with pytest.raises(ScenarioError, match="more than a scenario can hold"):
        link.decode(bomb, tables)
    spent, (_, peak) = time.perf_counter() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
    assert spent < 5  # a bound against hanging, not a measurement


def test_a_text_beyond_the_limit_is_refused_before_it_is_read(tables):
    with pytest.raises(ScenarioError, match="longer than"):
        link.decode("A" * (link.TEXT_LIMIT + 1), tables)


def test_the_good_parts_of_a_bad_link_are_kept(tables):
    good = {"leader": "moses-wetangula", "camp": "government", "delivery": 0.5, "home": "218"}
    moves = [
        good,
        good | {"camp": "opposition"},
        good | {"leader": "nobody-known"},
        good | {"leader": "musalia-mudavadi", "home": "001"},
        good | {"leader": "george-natembeya", "delivery": 7},
    ]
    opened = link.decode(sealed(packed(s={"moves": moves, "seed": 5})), tables)
    assert [move.leader for move in opened.scenario.moves] == ["moses-wetangula"]
    assert opened.scenario.seed == 5
    told = " ".join(str(problem) for problem in opened.problems)
    for part in ("already backs another camp", "nobody-known", "001", "share delivered at home"):
        assert part in told


def test_an_unknown_preset_is_named_and_the_rest_is_kept(tables):
    opened = link.decode(sealed(packed(p="gone", s={"seed": 9})), tables)
    assert opened.scenario.seed == 9
    assert "'gone'" in str(opened.problems[0])


def test_a_link_from_other_data_says_which_numbers_moved(tables):
    scenario = presets.preset("west-2017", tables).scenario
    now = [int(v) for v in run(scenario, tables).totals()]
    nation = run(scenario, tables).votes.sum(axis=0).tolist()
    then = [now[0] - 450, *now[1:], *nation]
    opened = link.decode(sealed(packed(d="0" * 8, r=then)), tables)
    assert len(opened.moved) == 1
    assert f"{then[0]:,}" in opened.moved[0]
    assert f"{now[0]:,}" in opened.moved[0]
    assert link.decode(sealed(packed(d="0" * 8, r=[*now, *nation])), tables).moved == (
        "none of its totals moved",
    )
