"""Spans and metrics by OpenTelemetry, as a real receiver of OTLP gets them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.testclient import TestClient

from api.assembly.app import application
from api.assembly.rooms import assemble
from api.operations.settings import ServerSettings
from store.database import Database

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Receiver(ThreadingHTTPServer):
    """Takes what exporters send."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.received: list[tuple[str, bytes]] = []


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
        yield server
        server.shutdown()


def test_requests_and_operations_are_spans_and_metrics_are_sent(sqlite_database: Database, receiver: Receiver) -> None:
    settings = ServerSettings(
        database_url=sqlite_database.url.render_as_string(hide_password=False),
        telemetry="otlp",
        encode_in_background=False,
    )
    with TestClient(application(assemble(settings))) as client:
        query = {"query": "query Who {viewer {role}}"}
        for _ in range(2):
            answer = client.post("/graphql", json=query, headers={"traceparent": PARENT})
            assert (answer.status_code, answer.headers.get("x-trace-id")) == (200, None)
        traced = client.post("/graphql", json=query, headers={"traceparent": PARENT, "X-Trace-ID": "?"})
        assert traced.headers["x-trace-id"] == PARENT.split("-")[1]
        client.post("/graphql", json={"query": "{nothing}"})
        client.get("/health")
        client.get("/digest/feeds/a-secret-of-somebody-that-nobody-may-know?query=another-secret")
    assert all(b"secret" not in body for _, body in receiver.received)
    spans = [
        span
        for path, body in receiver.received
        if path == "/v1/traces"
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    asked = [span for span in spans if span.name == "query"]
    assert len(asked) == 3
    for span in asked:
        attributes = {each.key: each.value.string_value for each in span.attributes}
        assert attributes["graphql.operation.type"] == "query"
        assert attributes["graphql.operation.name"] == "Who"
        parent = next(each for each in spans if each.span_id == span.parent_span_id)
        assert parent.trace_id.hex() == PARENT.split("-")[1]
        assert parent.parent_span_id.hex() == PARENT.split("-")[2]
    refused = next(span for span in spans if span.name == "graphql")
    assert {each.key: each.value.string_value for each in refused.attributes}["error.type"] == (
        "GRAPHQL_VALIDATION_FAILED"
    )
    assert len(spans) == 9  # /health has none
    metrics = {
        metric.name
        for path, body in receiver.received
        if path == "/v1/metrics"
        for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }
    assert "http.server.request.duration" in metrics
