"""From a built scratch database to an immutable release that readers find through one pointer."""
