"""Files that finished work is kept in while more is computed: written whole, and none where they are torn.

A shard begins with a hash of what follows, so that one which a power cut or a full disk has torn is none, and what it
held is computed again.
"""

import hashlib
from pathlib import Path

from vbp_agents.files import write_whole

RUNS = ".runs"
"""The folder of shards, in the folder that they are about."""


def write_shard(file: Path, body: bytes) -> None:
    """Write a shard, on the disk before it has its name. Raises CannotWrite, and then there is none."""
    write_whole(file, hashlib.sha256(body).hexdigest().encode() + b"\n" + body, durable=True)


def read_shard(file: Path) -> bytes | None:
    """What a shard holds; None where there is none, or it is torn."""
    try:
        digest, _, body = file.read_bytes().partition(b"\n")
    except OSError:
        return None
    return body if hashlib.sha256(body).hexdigest().encode() == digest else None
