"""Serve the docs site of the current release on loopback."""

from __future__ import annotations

import contextlib
import functools
import http.server
from typing import Any

from rich.console import Console

from flows.errors import G60Error
from flows.release.current import require_release
from flows.settings import Paths


class CurrentDocs(http.server.SimpleHTTPRequestHandler):
    """Files of the release that is current when they are asked for, so a flip shows on the next click."""

    def __init__(self, *args: Any, where: Paths, **kwargs: Any) -> None:
        super().__init__(*args, directory=str(require_release(where).folder), **kwargs)

    def do_GET(self) -> None:
        if self.path == "/":
            self.send_response(302)
            self.send_header("Location", "/docs/index.html")
            self.end_headers()
            return
        # Readers who leave before a page is through are no fault.
        with contextlib.suppress(ConnectionError):
            super().do_GET()

    def log_message(self, format: str, *args: Any) -> None:
        """Readers' clicks are nobody's business."""


def docs_server(paths: Paths, port: int) -> http.server.ThreadingHTTPServer:
    """A docs server that does not serve yet. Raises G60Error when the port is taken or nothing published."""
    require_release(paths)
    try:
        return http.server.ThreadingHTTPServer(
            ("127.0.0.1", port), functools.partial(CurrentDocs, where=paths)
        )
    except OSError as error:
        raise G60Error(
            f"the docs cannot be served: {error.strerror}",
            f"127.0.0.1:{port}",
            "choose another --port, or 0 for a free one",
        ) from error


def serve_docs(paths: Paths, port: int, console: Console) -> None:
    """Serve until interrupted."""
    with docs_server(paths, port) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        console.print(
            f"docs of the current release at {address} (Ctrl-C ends)", soft_wrap=True, highlight=False
        )
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()
