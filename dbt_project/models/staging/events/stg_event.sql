-- Events between places, one row each: a contract, a patent with the places of its applicants, a move (macro event_read).
-- An event whose parties are all of one place is no link and no fault: it is counted as not data.
{{ event_read(source('raw', 'event')) }}
