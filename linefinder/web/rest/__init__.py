"""REST: each file answers for one kind of thing, with the shapes it takes and tells in `*schema.py`.

`exchange.py` is what all of them ask of a request; `document.py` makes the OpenAPI document of them.
docs/protocol.md says what each answer means.
"""
