"""A release in the forms its readers work in, all from one declaration and the database of the release."""
