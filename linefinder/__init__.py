"""LineFinder: a self-hosted live odds board. `factory.create_app` builds it; `app.py` is the door."""

import os

# Before anybody imports numpy: on matrices as small as the planner's, OpenBLAS's other threads do
# little but spin, for ten times the arithmetic on a busy machine, on cores that viewers wait for.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
