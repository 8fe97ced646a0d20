"""How this project finds communities and says how far apart they are."""

from collections.abc import Hashable, Iterable
from typing import Any

from networkx import Graph

def louvain_communities(graph: Graph, weight: str | None = None, *, seed: int) -> list[set[Any]]: ...
def modularity(graph: Graph, communities: Iterable[Iterable[Hashable]], weight: str | None = None) -> float: ...
