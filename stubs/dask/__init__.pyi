"""The slice of Dask that this project uses: its settings."""

from dask import config as config
