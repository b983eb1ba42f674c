"""Where the body of an ingest request becomes items, each of which is right or refused alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Generic, TypeVar

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import from_json

from contracts import reasons
from contracts.api.feedback import NewFeedback, RefusedItem
from contracts.api.inference import NewInference
from contracts.errors import InvalidInput
from contracts.events.ingest import Ingest
from contracts.problem import FieldProblem

MOST_ITEMS = 1000
Item = TypeVar("Item", NewInference, NewFeedback)
Errors = tuple[FieldProblem, ...]


@dataclass(frozen=True)
class Sort(Generic[Item]):
    """One of the two sorts of items: its subject, the field that makes it idempotent, and how it is read."""

    name: str
    id_field: str
    one: TypeAdapter[Item]
    many: TypeAdapter[list[Item]]


INFERENCES = Sort(
    Ingest.INFERENCE,
    "id",
    TypeAdapter(NewInference),
    TypeAdapter(Annotated[list[NewInference], Field(min_length=1, max_length=MOST_ITEMS)]),
)
FEEDBACK = Sort(
    Ingest.FEEDBACK,
    "key",
    TypeAdapter(NewFeedback),
    TypeAdapter(Annotated[list[NewFeedback], Field(min_length=1, max_length=MOST_ITEMS)]),
)


@dataclass(slots=True)
class Batch(Generic[Item]):
    """What came in one request, by its place there."""

    is_list: bool
    items: dict[int, Item]
    refused: dict[int, Errors] = field(default_factory=dict[int, Errors])

    def refuse(self, index: int, errors: Errors) -> None:
        self.items.pop(index, None)
        self.refused[index] = errors

    def refused_items(self) -> tuple[RefusedItem, ...]:
        return tuple(RefusedItem(index=index, errors=self.refused[index]) for index in sorted(self.refused))

    def refusal(self) -> InvalidInput:
        """Give the refusal of the whole request, for when nothing in it is right."""
        return reasons.refusing(
            [self._placed(index, error) for index in sorted(self.refused) for error in self.refused[index]]
        )

    def _placed(self, index: int, error: FieldProblem) -> FieldProblem:
        if not self.is_list:
            return error
        place = str(index) if error.field == "body" else f"{index}.{error.field}"
        return FieldProblem(field=place, reason=error.reason)


def read(sort: Sort[Item], body: bytes) -> Batch[Item]:
    """Read one item or a list of them; raises `BrokenJson` and `InvalidInput`."""
    if not body.lstrip().startswith(b"["):
        return Batch(is_list=False, items={0: _one(sort, body)})
    try:
        return Batch(is_list=True, items=dict(enumerate(sort.many.validate_json(body))))
    except ValidationError as wrong:
        return _sorted_out(sort, body, wrong)


def _one(sort: Sort[Item], body: bytes) -> Item:
    try:
        return sort.one.validate_json(body)
    except ValidationError as wrong:
        raise reasons.refusal(wrong.errors(include_url=False)) from wrong


def _sorted_out(sort: Sort[Item], body: bytes, wrong: ValidationError) -> Batch[Item]:
    """Keep what is right of a list in which something is wrong."""
    complaints = wrong.errors(include_url=False)
    if any(not complaint["loc"] for complaint in complaints):
        raise reasons.refusal(complaints)
    by_place: dict[int, list[object]] = {}
    for complaint in complaints:
        by_place.setdefault(int(complaint["loc"][0]), []).append(complaint)
    raw: Sequence[object] = from_json(body)
    items = {index: sort.one.validate_python(each) for index, each in enumerate(raw) if index not in by_place}
    refused = {index: reasons.fields(found, skip=1) for index, found in by_place.items()}
    return Batch(is_list=True, items=items, refused=refused)
