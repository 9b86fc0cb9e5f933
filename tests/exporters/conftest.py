import pytest

from crawler.exporters.sqlite.store import Store

from .made import Box


@pytest.fixture
def box(tmp_path):
    with Store(tmp_path / "remarks.db", parser_version="1", durable=False) as store:
        yield Box(store, tmp_path)
