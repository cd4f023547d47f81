"""Files and their cards in; text cells with addresses, documents and quarantined rows out."""
