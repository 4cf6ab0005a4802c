"""What does not exist is not found: Streamlit alone would answer its page with status 200."""

import ast
import re
from pathlib import Path

import pytest

from serving.paths import PAGES, KnownPaths, bundle

ROOT = Path(__file__).resolve().parents[2]


def test_the_pages_are_those_that_the_app_routes():
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    routed = [
        next((k.value.value for k in node.keywords if k.arg == "url_path"), "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.Page"
    ]
    assert sorted(routed) == sorted(PAGES)


@pytest.mark.parametrize(
    "path",
    [
        "/nonsense",
        "/wp-login.php",
        "/.env",
        "/map/foo",
        "/mapp",
        "/index.html",
        "/static/js/none.js",
        "/static/",
        "/map/_stcore/health",
        "/map/_stcore/host-config",
        "/_stcore/metrics",
        "/_stcore/script-health-check",
        "/_stcore/agent/interact",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/_stcore/stream",
        "/auth/login",
        "/oauth2callback",
        "/ready/x",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_does_not_exist_is_a_404(host, path, method):
    answer = host.ask(path, method)
    assert answer.status == 404
    assert b"There is no page at this address" in answer.body


def test_every_page_and_every_file_of_the_page_exists(host):
    for page in PAGES:
        answer = host.ask(f"/{page}")
        assert answer.status == 200 and b'<div id="root">' in answer.body
    files = re.findall(rb'(?:src|href)="\.?(/static/[^"]+)"', host.ask("/").body)
    assert len(files) > 20
    for name in files[:5]:
        assert host.ask(name.decode()).status == 200


def test_the_bundle_holds_files_and_no_page():
    assert "/favicon.png" in bundle() and len(bundle()) > 100
    assert not [path for path in bundle() if path.endswith((".html", ".py"))]


def test_a_socket_elsewhere_is_refused(host):
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    assert host.ask("/_stcore/stream", **upgrade).status == 101
    assert host.ask("/nonsense", **upgrade).status == 403
    # A page of another site may not open one either.
    assert host.ask("/_stcore/stream", Origin="https://evil.example", **upgrade).status == 403


def test_kinds():
    paths = KnownPaths(own=["/robots.txt", "/"])
    assert paths.kind("/robots.txt") == "own"
    assert paths.kind("/") == paths.kind("/map/") == "page"
    assert paths.kind("//") == paths.kind("") == "unknown"
