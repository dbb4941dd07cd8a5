"""The database. Rows never leave this room: steps of a board go in, boards and values come out."""
