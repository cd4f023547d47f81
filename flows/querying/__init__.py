"""Read-only questions to the published release."""
