"""The process of dbt that a refresh starts beside itself."""

import gc
import sys

from flows.memory import give_back_freed_memory
from flows.processes import end_with_parent

end_with_parent(int(sys.argv[2]))
give_back_freed_memory()
# dbt makes objects by the million, few of them garbage: else the collector would look 2,000 times a build.
gc.set_threshold(100_000, 20, 100)

from flows.modelling.process import serve  # noqa: E402 (the parent may be gone before all of this is imported)

serve(sys.argv[1])
