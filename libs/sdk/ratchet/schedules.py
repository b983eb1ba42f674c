"""Where the calls about schedules of training are described."""

from contracts.api.page import Page
from contracts.api.schedule import NewSchedule, Schedule, ScheduleChange, ScheduledRun
from ratchet.wire.call import Call, at, delete, get, patch, post
from ratchet.wire.noun import Noun, Way, endpoint, every, fields


class Schedules(Noun[Way]):
    """Trainings that start at certain times."""

    @fields(NewSchedule)
    def create(self, schedule: NewSchedule) -> Call[Schedule]:
        """Add a schedule with the fields of `NewSchedule`; raises `UnknownTask`, `InvalidInput`."""
        return post(at("training", "schedules"), Schedule, schedule)

    @endpoint
    def get(self, schedule_id: str) -> Call[Schedule]:
        """Give one schedule with its next times; raises `UnknownSchedule`."""
        return get(at("training", "schedules", schedule_id), Schedule)

    @fields(ScheduleChange)
    def change(self, schedule_id: str, change: ScheduleChange) -> Call[Schedule]:
        """Change a schedule by the fields of `ScheduleChange`; raises `UnknownSchedule`, `InvalidInput`."""
        return patch(at("training", "schedules", schedule_id), Schedule, change)

    @endpoint
    def delete(self, schedule_id: str) -> Call[None]:
        """Take a schedule away; raises `UnknownSchedule`."""
        return delete(at("training", "schedules", schedule_id))

    def _page(self, *, task: str | None = None, limit: int = 50, cursor: str | None = None) -> Call[Page[Schedule]]:
        """Give a page of schedules, newest first."""
        return get(at("training", "schedules"), Page[Schedule], task=task, limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)

    def _page_of_runs(
        self, schedule_id: str, *, limit: int = 50, cursor: str | None = None
    ) -> Call[Page[ScheduledRun]]:
        """Give a page of the times that have come, newest first; raises `UnknownSchedule`."""
        return get(at("training", "schedules", schedule_id, "runs"), Page[ScheduledRun], limit=limit, cursor=cursor)

    runs = endpoint(_page_of_runs)
    all_runs = every(_page_of_runs)
