"""What pages and answers say of boards: rows, cells, words and numbers as people read them.

Pure: of the domain's values alone, without a request, a clock or the database. Much of it has a twin in
static/js, held to it by the same fixtures, because scripts go on with what the server rendered.
"""
