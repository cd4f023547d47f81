"""The printed report of the index: a self-contained page, and a PDF made of it by an installed browser."""
