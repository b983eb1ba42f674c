"""Where traces begin, cross NATS and the outbox as `traceparent`, and leave for a collector."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.propagate import extract, inject
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Span, SpanKind

from chassis.settings import ChassisSettings


def set_up(settings: ChassisSettings, service: str) -> None:
    """Make spans real and send them, if there is somewhere to send them to; otherwise spans cost next to nothing."""
    if not settings.traces_url:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 (slow to import)
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=Resource.create({"service.name": f"ratchet-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.traces_url)))
    trace.set_tracer_provider(provider)


@contextmanager
def span(name: str, kind: SpanKind = SpanKind.INTERNAL, carrier: Mapping[str, str] | None = None) -> Generator[Span]:
    """Open a span, below the one that the carrier's `traceparent` names."""
    context = extract(carrier) if carrier and "traceparent" in carrier else None
    with trace.get_tracer("ratchet").start_as_current_span(name, context=context, kind=kind) as opened:
        yield opened


def traceparent() -> str | None:
    """Give the present span in the form that headers carry, or None outside any trace."""
    carrier: dict[str, str] = {}
    inject(carrier)
    return carrier.get("traceparent")
