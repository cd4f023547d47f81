"""`python -m flows.sql_endpoint JSON`: the endpoint in a process of its own, as `g60 serve --sql` starts it.

The JSON names `warehouse`, `host`, `port`, perhaps `cert` and `key`, and `limits` that differ from the usual.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
import os
import sys
from pathlib import Path

from flows.processes import end_with_parent
from flows.settings import paths
from flows.sql_endpoint.limits import usual
from flows.sql_endpoint.plan import tls_context
from flows.sql_endpoint.server import Endpoint
from flows.sql_endpoint.token import token


def main() -> None:
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    end_with_parent(os.getppid())
    said = json.loads(sys.argv[1])
    where = paths(None, Path(said["warehouse"]))
    key = Path(said["key"]) if said.get("key") else None
    tls = tls_context(Path(said["cert"]), key) if said.get("cert") else None
    limits = dataclasses.replace(usual(), **said.get("limits", {}))
    endpoint = Endpoint(where, token(where), limits, tls)
    asyncio.run(endpoint.serve(said.get("host", "127.0.0.1"), said["port"]))


if __name__ == "__main__":
    main()
