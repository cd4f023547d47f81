"""The process of dbt that a refresh starts beside itself."""

import sys

from flows.memory import give_back_freed_memory
from flows.modelling.process import serve

give_back_freed_memory()
serve(sys.argv[1])
