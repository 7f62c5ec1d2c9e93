"""OpenTelemetry: a span for each request and each GraphQL operation, and HTTP metrics, sent by OTLP.

Names follow the semantic conventions for HTTP and GraphQL. Endpoint, sampling and service name are OpenTelemetry's
settings (``OTEL_EXPORTER_OTLP_ENDPOINT``, ``OTEL_TRACES_SAMPLER``, ``OTEL_SERVICE_NAME``, …). Nothing is imported
unless it is switched on.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.operations.path_mask import MASK, PathMask
from api.operations.problems import CommandError

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

INSTALL = "pip install 'roadshow[telemetry]'"
QUIET = "health,ready,metrics"


class Telemetry:
    """The providers of one process; ``close`` sends the rest.

    Raises CommandError if the packages are missing.
    """

    def __init__(self, mask: PathMask) -> None:
        self.mask = mask
        os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http")  # the stable names
        os.environ.setdefault("OTEL_SERVICE_NAME", "roadshow")
        try:
            from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.metrics import MeterProvider
            from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ImportError as missing:
            raise CommandError(f"ROADSHOW_TELEMETRY=otlp needs OpenTelemetry: {INSTALL} ({missing}).") from missing
        self.tracers: TracerProvider = TracerProvider()
        self.tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self.meters: MeterProvider = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())])

    def requests(self, app: ASGIApp) -> ASGIApp:
        """Wrap ``app`` with a span and metrics for each request, continuing the trace of ``traceparent``."""
        from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware

        return OpenTelemetryMiddleware(
            app,
            excluded_urls=QUIET,
            tracer_provider=self.tracers,
            meter_provider=self.meters,
            exclude_spans=["receive", "send"],
            server_request_hook=self._without_secrets,
        )

    def _without_secrets(self, span: Span, scope: Scope) -> None:
        """Record the request's address without secrets, and without documents in a query string."""
        path = self.mask(scope.get("path", ""))
        span.update_name(f"{scope.get('method', 'WEBSOCKET')} {path}")
        span.set_attributes({"url.path": path, **({"url.query": MASK} if scope.get("query_string") else {})})

    def operations(self, app: ASGIApp) -> ASGIApp:
        """Wrap ``app``, which serves GraphQL, with a span of each operation within the request's."""
        return _Operations(app, self.tracers)

    def close(self) -> None:
        """Send what is left, and end."""
        self.tracers.shutdown()
        self.meters.shutdown()


TRACE_ID = b"x-trace-id"
"""Sent with a request, whatever its value, it asks for the id of the request's trace in the answer."""


class _Operations:
    def __init__(self, app: ASGIApp, tracers: TracerProvider) -> None:
        self.app = app
        self.tracer = tracers.get_tracer("roadshow.graphql")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from opentelemetry.trace import Status, StatusCode

        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        measured = scope.setdefault("measured", {})
        with self.tracer.start_as_current_span("graphql") as span:
            wanted = any(name == TRACE_ID for name, _ in scope["headers"])
            await self.app(scope, receive, _told(send, span) if wanted else send)
            noted = scope.get("log", {})
            kind = measured.get("kind")
            if kind in ("query", "mutation", "subscription"):
                span.update_name(kind)
                span.set_attribute("graphql.operation.type", kind)
            if noted.get("operation"):
                span.set_attribute("graphql.operation.name", noted["operation"])
            span.set_attribute("roadshow.request_id", scope.get("request_id", ""))
            codes = measured.get("codes", ())
            if codes:
                span.set_attribute("error.type", codes[0])
                span.set_status(Status(StatusCode.ERROR))


def _told(send: Send, span: Span) -> Send:
    """Add the id of the trace to the headers of an answer."""
    identifier = b"%032x" % span.get_span_context().trace_id

    async def telling(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), (TRACE_ID, identifier)]}
        await send(message)

    return telling
