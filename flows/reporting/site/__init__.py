"""The static docs site of a release: every number, where it comes from, and how it was made."""

from flows.reporting.site.build import build_site

__all__ = ["build_site"]
