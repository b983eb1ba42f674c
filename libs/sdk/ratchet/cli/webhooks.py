"""Where `ratchet webhook` is."""

from typing import Annotated, Any

import typer

from contracts.api.webhook import Delivery, DeliveryStatus, MadeWebhook, Webhook
from ratchet.cli.commands import Cursor, Limit, command, group
from ratchet.cli.output import hint_at_next, keep_now, record, show, show_page, table
from ratchet.cli.session import connected
from ratchet.cli.stories import draw

app = group("Where events are sent, and what came of it.")
Id = Annotated[str, typer.Argument(metavar="WEBHOOK", help="Id of the webhook.")]
DeliveryId = Annotated[str, typer.Argument(metavar="DELIVERY", help="Id of the delivery.")]
Types = Annotated[list[str] | None, typer.Option("--type", help="Send events of this type; may be given again.")]
Task = Annotated[str | None, typer.Option("--task", help="Send only what is about this task.")]
Status = Annotated[DeliveryStatus | None, typer.Option(help="Only deliveries of this status.")]
OfType = Annotated[str | None, typer.Option("--type", help="Only events of this type.")]
_COLUMNS = ("id", "name", "enabled", "url", "types", "task", "failures", "last_delivered_at", "off_reason")
_DELIVERIES = ("created_at", "type", "status", "tries", "response_status", "error", "id", "next_try_at", "latency_ms")


@command(app)
def create(
    url: Annotated[str, typer.Argument(help="Where events are posted to.")],
    name: Annotated[str, typer.Option(help="What you call it.")] = "",
    types: Types = None,
    task: Task = None,
) -> None:
    """Have events posted to a URL; the secret that signs them is shown this once."""
    with connected() as client:
        _show_made(client.webhooks.create(url=url, name=name, types=tuple(types or ()), task=task))


@command(app, "list")
def list_(limit: Limit = 50, cursor: Cursor = None) -> None:
    """List the webhooks."""
    with connected() as client:
        page = client.webhooks.list(limit=limit, cursor=cursor)
    show(page, table([_in_words(each) for each in page.items], *_COLUMNS))
    hint_at_next(page)


@command(app, "show")
def show_(webhook: Id) -> None:
    """Show one webhook."""
    with connected() as client:
        _show(client.webhooks.get(webhook))


@command(app)
def change(
    webhook: Id,
    url: Annotated[str | None, typer.Option(help="The new address.")] = None,
    name: Annotated[str | None, typer.Option(help="The new name.")] = None,
    types: Types = None,
    task: Annotated[str | None, typer.Option(help='The task it is about; "" for any.')] = None,
) -> None:
    """Change where events are sent, or which."""
    given: dict[str, Any] = {"url": url, "name": name, "types": tuple(types) if types else None}
    wanted = {field: value for field, value in given.items() if value is not None}
    _change(webhook, **wanted, **({} if task is None else {"task": task or None}))


@command(app)
def enable(webhook: Id) -> None:
    """Switch a webhook on again; what waits for it is sent."""
    _change(webhook, enabled=True)


@command(app)
def disable(webhook: Id) -> None:
    """Switch a webhook off; nothing is sent, and what happens meanwhile is not kept for it."""
    _change(webhook, enabled=False)


@command(app)
def rotate(
    webhook: Id,
    grace: Annotated[int, typer.Option(help="Minutes that the old secret goes on.", min=0)] = 1440,
) -> None:
    """Make a new secret, shown this once; for a while requests are signed with the old one too."""
    with connected() as client:
        _show_made(client.webhooks.rotate(webhook, grace_minutes=grace))


@command(app)
def test(webhook: Id) -> None:
    """Post a test now, and show what came of it; exit code 1 if it was not taken."""
    with connected() as client:
        story = client.webhooks.test(webhook)
    show(story, draw(story))
    if story.status is not DeliveryStatus.DELIVERED:
        raise typer.Exit(1)


@command(app)
def deliveries(
    webhook: Id, status: Status = None, of_type: OfType = None, limit: Limit = 50, cursor: Cursor = None
) -> None:
    """List what was sent to a webhook and what waits."""
    with connected() as client:
        page = client.webhooks.deliveries(webhook, status=status, of_type=of_type, limit=limit, cursor=cursor)
    show_page(page, *_DELIVERIES)


@command(app)
def delivery(webhook: Id, delivery: DeliveryId) -> None:
    """Show one delivery: its body and every try."""
    with connected() as client:
        story = client.webhooks.delivery(webhook, delivery)
    show(story, draw(story))


@command(app)
def resend(delivery: DeliveryId) -> None:
    """Send an event again, whatever came of it."""
    with connected() as client:
        renewed: Delivery = client.webhooks.resend(delivery)
    show(renewed, record(renewed))


@command(app)
def delete(webhook: Id) -> None:
    """Take a webhook away with its deliveries."""
    with connected() as client:
        found = client.webhooks.get(webhook)
        client.webhooks.delete(webhook)
    show(found, f"Webhook {webhook} to {found.url} is gone.")


def _change(webhook: str, **wanted: Any) -> None:  # noqa: ANN401 (fields of `WebhookChange`)
    with connected() as client:
        _show(client.webhooks.change(webhook, **wanted))


def _show(webhook: Webhook) -> None:
    show(webhook, record(_in_words(webhook)))


def _in_words(webhook: Webhook) -> Webhook:
    return webhook.model_copy(update={"types": webhook.types or ("all",), "task": webhook.task or "any"})


def _show_made(made: MadeWebhook) -> None:
    _show(made)
    keep_now("secret")
