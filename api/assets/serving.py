"""Serves the fetched browser files, and says what to do where they were not fetched."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.assets import DIRECTORY, FILES, REMEDY


class AssetFiles(StaticFiles):
    """The files of ``DIRECTORY``, which may be missing: then each of them is a 404 that names the remedy."""

    def __init__(self) -> None:
        super().__init__(directory=DIRECTORY, check_dir=False)

    async def check_config(self) -> None:
        """Accepts a folder that isn't there, where the parent class raises RuntimeError for each request."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or HTTPException 404."""
        try:
            return await super().get_response(path, scope)
        except HTTPException as problem:
            if problem.status_code == 404 and path in FILES.values():
                detail = f"This file was not fetched when Roadshow was set up; to fetch it: {REMEDY}"
                raise HTTPException(404, detail) from None
            raise
