"""Settings are read honestly: a bad value is named with what would do."""

import subprocess
import sys
from pathlib import Path

import pytest

from serving.settings import SettingError, Settings, read

ROOT = Path(__file__).resolve().parents[2]


def test_nothing_set_gives_the_defaults():
    assert read({}) == Settings()
    assert read({"MULEMBE_ROBOTS": " ", "MULEMBE_METRICS_PORT": ""}) == Settings()


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("", "'self'"),
        ("self", "'self'"),
        ("'none'", "'none'"),
        ("https://paper.example", "https://paper.example"),
        ("self https://*.paper.example:8443", "'self' https://*.paper.example:8443"),
        ("self self", "'self'"),
    ],
)
def test_who_may_frame_the_app(given, meant):
    assert read({"MULEMBE_FRAME_ANCESTORS": given}).frame_ancestors == meant


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MULEMBE_FRAME_ANCESTORS", "*"),
        ("MULEMBE_FRAME_ANCESTORS", "https://a.example; script-src *"),
        ("MULEMBE_FRAME_ANCESTORS", "none self"),
        ("MULEMBE_FRAME_ANCESTORS", "paper.example"),
        ("MULEMBE_PUBLIC_URL", "mulembe.example"),
        ("MULEMBE_PUBLIC_URL", "https://mulembe.example/west"),
        ("MULEMBE_PUBLIC_URL", "https://*.example"),
        ("MULEMBE_PUBLIC_URL", "https://mulembe.example:99999"),
        ("MULEMBE_PUBLIC_URL", 'https://mulembe.example"><script>'),
        ("MULEMBE_ROBOTS", "yes"),
        ("MULEMBE_LOGS", "xml"),
        ("MULEMBE_METRICS_PORT", "0"),
        ("MULEMBE_METRICS_PORT", "65536"),
        ("MULEMBE_METRICS_PORT", "-1"),
        ("MULEMBE_METRICS_PORT", "٣"),
    ],
)
def test_a_bad_value_is_named(name, value):
    with pytest.raises(SettingError, match=f"^{name} is .*: ") as fault:
        read({name: value})
    assert value[:20] in str(fault.value) or repr(value)[1:-1] in str(fault.value)


def test_a_bad_value_stops_the_start_with_one_line():
    ended = subprocess.run(
        [sys.executable, "-c", "import server"],
        cwd=ROOT,
        env={"MULEMBE_ROBOTS": "perhaps", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == "MULEMBE_ROBOTS is 'perhaps': give index or noindex.\n"
