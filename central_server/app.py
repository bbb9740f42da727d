"""The central server as one ASGI application: each part brings its own routes."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from central_server import api, sync_door
from central_server.central import Central
from central_server.certificates import door as certificates
from central_server.fleet import door as fleet
from central_server.guard import application
from central_server.phone import api as phone
from central_server.web import routes as web


def app(central: Central) -> Starlette:
    return application(routes(central))


def routes(central: Central) -> list[BaseRoute]:
    """Parts are added here, one line each: `*part.routes(central)`."""
    return [
        *api.routes(central),
        *sync_door.routes(central),
        *phone.routes(central),
        *certificates.routes(central),
        *fleet.routes(central),
        # The last one: its addresses begin with the ids of offices.
        *web.routes(central),
    ]
