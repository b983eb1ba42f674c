"""Where the body of an ingest request becomes items, each of which is right or refused alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar, cast

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import from_json

from contracts import reasons, storable
from contracts.api.feedback import NewFeedback, RefusedItem
from contracts.api.inference import NewInference
from contracts.errors import BrokenJson, InvalidInput
from contracts.events.ingest import Ingest
from contracts.problem import FieldProblem

MOST_ITEMS = 1000
Item = TypeVar("Item", NewInference, NewFeedback)
Errors = tuple[FieldProblem, ...]
_LIST = TypeAdapter(Annotated[list[Any], Field(min_length=1, max_length=MOST_ITEMS)])


@dataclass(frozen=True)
class Sort(Generic[Item]):
    """One of the two sorts of items: its subject, the field that makes it idempotent, how it is read and written."""

    name: str
    id_field: str
    one: TypeAdapter[Item]
    several: TypeAdapter[list[Item]]
    many: TypeAdapter[list[Item]]


INFERENCES = Sort(
    Ingest.INFERENCE,
    "id",
    TypeAdapter(NewInference),
    TypeAdapter(list[NewInference]),
    TypeAdapter(Annotated[list[NewInference], Field(min_length=1, max_length=MOST_ITEMS)]),
)
FEEDBACK = Sort(
    Ingest.FEEDBACK,
    "key",
    TypeAdapter(NewFeedback),
    TypeAdapter(list[NewFeedback]),
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
    is_list = body.lstrip().startswith(b"[")
    try:
        if storable.suspect(body):
            return _one_by_one(sort, body, is_list=is_list)
        if is_list:
            return Batch(is_list=True, items=dict(enumerate(sort.many.validate_json(body))))
        return Batch(is_list=False, items={0: sort.one.validate_json(body)})
    except ValidationError as wrong:
        complaints = wrong.errors(include_url=False)
        if not is_list or any(not complaint["loc"] for complaint in complaints):
            raise reasons.refusal(complaints) from wrong
        return _sorted_out(sort, body, complaints)


def _sorted_out(sort: Sort[Item], body: bytes, complaints: Sequence[Any]) -> Batch[Item]:
    """Keep what is right of a list in which something is wrong."""
    by_place: dict[int, list[object]] = {}
    for complaint in complaints:
        by_place.setdefault(int(complaint["loc"][0]), []).append(complaint)
    raw: Sequence[object] = from_json(body)
    items = {index: sort.one.validate_python(each) for index, each in enumerate(raw) if index not in by_place}
    refused = {index: reasons.fields(found, skip=1) for index, found in by_place.items()}
    return Batch(is_list=True, items=items, refused=refused)


def _one_by_one(sort: Sort[Item], body: bytes, *, is_list: bool) -> Batch[Item]:
    """Read what may hold things that cannot be stored; strict readers would stop at them, and refuse all."""
    try:
        raw = storable.loaded(body)
    except ValueError as broken:
        errors = (FieldProblem(field="body", reason=str(broken)),)
        detail = f"The body is not valid JSON: {broken}."
        raise BrokenJson(detail, errors=errors) from broken
    batch = Batch[Item](is_list=is_list, items={})
    for index, each in enumerate(_LIST.validate_python(raw if is_list else [raw])):
        try:
            if errors := _unstorable(each):
                batch.refuse(index, errors)
            else:
                batch.items[index] = sort.one.validate_python(each)
        except ValidationError as wrong:
            batch.refuse(index, reasons.fields(wrong.errors(include_url=False)))
    if not is_list and batch.refused:
        raise batch.refusal()
    return batch


def _unstorable(item: object) -> Errors:
    """Name the fields in which there are such storable."""
    members = cast("dict[str, object]", item) if isinstance(item, dict) else {"body": item}
    found = ((name, _complaint({name: each})) for name, each in members.items())
    return tuple(FieldProblem(field=_shown(name), reason=reason) for name, reason in found if reason)


def _complaint(member: object) -> str:
    try:
        storable.check(member)
    except ValueError as wrong:
        return str(wrong)
    return ""


def _shown(name: str) -> str:
    return name.encode(errors="backslashreplace").decode()
