"""Serves the fetched browser files, or says how to fetch them."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.assets import DIRECTORY, FILES, REMEDY


class AssetFiles(StaticFiles):
    """The files of ``DIRECTORY``; a missing one is a 404 that names the remedy."""

    def __init__(self) -> None:
        super().__init__(directory=DIRECTORY, check_dir=False)

    async def check_config(self) -> None:
        """Accept a missing folder, for which the parent class raises RuntimeError on each request."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, or raise HTTPException 404."""
        try:
            return await super().get_response(path, scope)
        except HTTPException as problem:
            if problem.status_code == 404 and path in FILES.values():
                detail = f"This file was not fetched at setup; to fetch it: {REMEDY}"
                raise HTTPException(404, detail) from None
            raise
