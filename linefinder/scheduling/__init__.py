"""When things are done: the scheduler's jobs, and what they and the pages set going.

`jobs.py` says when, and is where errors end. `agenda.py` holds the polls that are to come, `duties.py`
what is done again and again beside them; `switch.py` and `byhand.py` do what somebody asks for now.
"""
