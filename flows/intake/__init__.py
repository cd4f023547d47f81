"""Bring a new file in: draft its card, and see what would become of it before it joins the raw files."""
