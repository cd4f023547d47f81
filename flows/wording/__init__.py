"""What the command line says, in the language of the person who reads it.

Code raises and prints English sentences; at the edge, where a command prints, `said` gives the same sentence
in Chinese when Chinese is wanted. The pairs are data, in catalogue/*.csv.
"""

from flows.wording.language import Language, language, use
from flows.wording.sentences import said

__all__ = ["Language", "language", "said", "use"]
