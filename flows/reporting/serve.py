"""Serve the docs site of the current release on loopback."""

from __future__ import annotations

import contextlib
import functools
import http.server
from collections.abc import Callable
from typing import Any

from rich.console import Console

from flows.errors import G60Error, InUse
from flows.release.current import current_release, require_release
from flows.settings import Paths
from flows.terminal import print_sentence

NOTHING_YET = """<!doctype html><html lang="zh"><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<title>G60</title><p>No release has been published yet; this page looks again every five seconds.
<p>尚未发布任何版本；本页每五秒自动刷新。</html>
"""


class CurrentDocs(http.server.SimpleHTTPRequestHandler):
    """Files of the release that is current when they are asked for, so a flip shows on the next click.

    Status 503 while there is none.
    """

    def __init__(self, *args: Any, where: Paths, **kwargs: Any) -> None:
        try:
            release = current_release(where)
        except G60Error:
            release = None
        self.published = release is not None
        super().__init__(*args, directory=str(release.folder if release else where.releases), **kwargs)

    def do_GET(self) -> None:
        # Readers who leave before a page is through are no fault.
        with contextlib.suppress(ConnectionError):
            if not self.published:
                self.say_nothing_yet()
            elif self.path == "/":
                self.send_response(302)
                self.send_header("Location", "/docs/index.html")
                self.end_headers()
            else:
                super().do_GET()

    def do_HEAD(self) -> None:
        if self.published:
            super().do_HEAD()
        else:
            self.send_response(503)
            self.end_headers()

    def say_nothing_yet(self) -> None:
        page = NOTHING_YET.encode()
        self.send_response(503)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Retry-After", "5")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: Any) -> None:
        """Readers' clicks are nobody's business."""


def docs_server(
    paths: Paths, port: int, option: str = "--port", before_first: bool = False
) -> http.server.ThreadingHTTPServer:
    """A docs server that does not serve yet. Raises G60Error when the port is taken.

    Nothing published is a G60Error too, unless `before_first` a page that says so is wanted instead.
    """
    if not before_first:
        require_release(paths)
    try:
        return http.server.ThreadingHTTPServer(
            ("127.0.0.1", port), functools.partial(CurrentDocs, where=paths)
        )
    except OSError as error:
        raise InUse(
            f"the docs cannot be served: {error.strerror}",
            f"127.0.0.1:{port}",
            f"choose another {option}, or 0 for a free one",
        ) from error


def serve_docs(
    paths: Paths, port: int, console: Console, announce: Callable[[str], None] | None = None
) -> None:
    """Serve until interrupted; `announce` is told the address instead of the console."""
    with docs_server(paths, port) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        if announce:
            announce(address)
        else:
            print_sentence(console, f"docs of the current release at {address} (Ctrl-C ends)")
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()
