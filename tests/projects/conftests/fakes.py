import pytest


@pytest.fixture
def client():
    class Fake:
        models = [1]

    return Fake()
