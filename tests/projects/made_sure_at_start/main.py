import contextlib

import preflight

preflight.run()

from clients import desk, night, settings


@contextlib.asynccontextmanager
async def lifespan(app):
    if not settings.desk_key.strip():
        raise RuntimeError("no key for the desk")
    if not settings.night_key:
        raise RuntimeError("no key for the night")
    yield
