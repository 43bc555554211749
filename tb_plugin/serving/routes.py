"""Turns WSGI requests into responses; the only file that knows HTTP."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tensorboard import errors, plugin_util
from tensorboard.backend import http_util
from tensorboard.data import provider
from werkzeug import wrappers

from tb_plugin.contract import json_bytes
from tb_plugin.digest import DigestMemory, StillReadingError
from tb_plugin.reading import (
    NUM_THREADS,
    CaptureMemory,
    Reader,
    ReadError,
    ReadingProgress,
)
from tb_plugin.serving import params
from tb_plugin.serving.assets import SCRIPT, assets_version, list_assets
from tb_plugin.serving.responses import PATIENCE_S, Responses

WsgiApp = Callable[..., Any]
Handler = Callable[[wrappers.Request], wrappers.Response]

_YEAR_S = 365 * 24 * 3600
_STATIC = "/static/"

_LOGGER = logging.getLogger("tensorboard.kerasviz")


class MethodNotAllowedError(errors.PublicError):
    """The route answers GET only."""

    http_code = 405

    def __init__(self) -> None:
        super().__init__("Only GET is supported here")
        self.headers.append(("Allow", "GET, HEAD"))


class UnavailableError(errors.PublicError):
    """The log cannot be read at the moment: an outage, not missing data."""

    http_code = 503


class AskAgainError(errors.PublicError):
    """The log is still being read; its progress can be asked for meanwhile."""

    http_code = 503

    def __init__(self) -> None:
        super().__init__("The log is still being read")
        self.headers.append(("Retry-After", "1"))


class Routes:
    """The routes of `http_api.md`.

    Args:
        data_provider: TensorBoard's data provider.
    """

    def __init__(self, data_provider: provider.DataProvider) -> None:
        self._provider = data_provider
        self._threads = ThreadPoolExecutor(NUM_THREADS, "kerasviz")
        self._memory = CaptureMemory()
        self._digests = DigestMemory()
        self._progress = ReadingProgress()
        self._assets = list_assets()
        self._version = assets_version(self._assets)

    def apps(self) -> dict[str, WsgiApp]:
        """Return the WSGI application of each route."""
        handlers: dict[str, Handler] = {
            "/runs": self._runs,
            "/progress": self._progress_of,
            "/version": self._version_of,
            "/captures": self._captures,
            "/overview": self._overview,
            "/layer": self._layer,
            "/pictures": self._pictures,
            "/class_means": self._class_means,
            "/exemplars": self._exemplars,
            "/held_out": self._held_out,
            "/lineage": self._lineage,
            f"{_STATIC}*": self._static,
        }
        return {route: _app(handler) for route, handler in handlers.items()}

    def _runs(self, request: wrappers.Request) -> wrappers.Response:
        return _json(request, self._responses(request).runs())

    def _progress_of(self, request: wrappers.Request) -> wrappers.Response:
        run = params.run_question(_arguments(request))
        return _json(request, self._responses(request).progress(run))

    def _version_of(self, request: wrappers.Request) -> wrappers.Response:
        run = params.run_question(_arguments(request))
        return _json(request, self._responses(request).version(run))

    def _captures(self, request: wrappers.Request) -> wrappers.Response:
        run = params.run_question(_arguments(request))
        return _json(request, self._responses(request).captures(run))

    def _overview(self, request: wrappers.Request) -> wrappers.Response:
        run = params.run_question(_arguments(request))
        answer = self._responses(request).overview(run)
        return http_util.Respond(request, answer, "application/json")

    def _layer(self, request: wrappers.Request) -> wrappers.Response:
        question = params.layer_question(_arguments(request))
        answer = self._responses(request).layer(question)
        return http_util.Respond(request, answer, "application/json")

    def _pictures(self, request: wrappers.Request) -> wrappers.Response:
        question = params.pictures_question(_arguments(request))
        pack, is_whole = self._responses(request).pictures(question)
        return _bytes(request, pack, question.versioned and is_whole)

    def _class_means(self, request: wrappers.Request) -> wrappers.Response:
        question = params.class_means_question(_arguments(request))
        pack, is_whole = self._responses(request).class_means(question)
        return _bytes(request, pack, question.versioned and is_whole)

    def _exemplars(self, request: wrappers.Request) -> wrappers.Response:
        question = params.exemplars_question(_arguments(request))
        pack, is_whole = self._responses(request).exemplars(question)
        return _bytes(request, pack, question.versioned and is_whole)

    def _held_out(self, request: wrappers.Request) -> wrappers.Response:
        question = params.held_out_question(_arguments(request))
        return _bytes(
            request, self._responses(request).held_out(question), False
        )

    def _lineage(self, request: wrappers.Request) -> wrappers.Response:
        question = params.lineage_question(_arguments(request))
        return _json(request, self._responses(request).lineage(question))

    def _static(self, request: wrappers.Request) -> wrappers.Response:
        name = request.path.partition(_STATIC)[2]
        plain = name.removeprefix(f"{self._version}/")
        asset = self._assets.get(plain)
        if asset is None:
            raise errors.NotFoundError("no such file of the front end")
        is_versioned = plain != name
        response = http_util.Respond(
            request,
            asset.content,
            asset.mime_type,
            expires=_YEAR_S if is_versioned else 0,
            content_encoding="gzip",
        )
        response.cache_control.immutable = is_versioned
        return response

    @property
    def entry(self) -> str:
        """Return the address of the entry module, which names its version."""
        return f"{_STATIC}{self._version}/{SCRIPT}"

    def _responses(self, request: wrappers.Request) -> Responses:
        context = plugin_util.context(request.environ)
        experiment_id = plugin_util.experiment_id(request.environ)
        reader = Reader(self._provider, self._threads, context, experiment_id)
        return Responses(
            reader, self._memory, self._digests, self._progress, PATIENCE_S
        )


def _app(handler: Handler) -> WsgiApp:
    """Return the WSGI application; errors leave it as TensorBoard's own."""

    def respond(request: wrappers.Request) -> wrappers.Response:
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowedError
        try:
            return handler(request)
        except StillReadingError as error:
            raise AskAgainError from error
        except ReadError as error:
            _LOGGER.warning("A log could not be read", exc_info=True)
            raise UnavailableError(str(error)) from error

    app: WsgiApp = wrappers.Request.application(respond)
    return app


def _arguments(request: wrappers.Request) -> params.Arguments:
    try:
        arguments: params.Arguments = request.args
    except UnicodeDecodeError as error:
        raise errors.InvalidArgumentError("the query is not UTF-8") from error
    return arguments


def _json(request: wrappers.Request, payload: Any) -> wrappers.Response:
    return http_util.Respond(request, json_bytes(payload), "application/json")


def _bytes(
    request: wrappers.Request, content: bytes, is_immutable: bool
) -> wrappers.Response:
    response = http_util.Respond(
        request,
        content,
        "application/octet-stream",
        expires=_YEAR_S if is_immutable else 0,
    )
    if is_immutable:  # set here: among `headers=` it would be there twice
        response.cache_control.immutable = True
    else:
        response.headers["Cache-Control"] = "no-store"
    return response
