"""Where all commands are listed; permissions and published schemas are made from this list."""

from typing import Any

from contracts.command import Command
from contracts.commands.datasets import (
    CreateDataset,
    DeleteDataset,
    ExportTable,
    GetDataset,
    ListDatasetRows,
    ListDatasets,
)
from contracts.commands.dead_letters import ListDeadLetters, ReplayDeadLetter
from contracts.commands.examples import (
    CollectExamples,
    CountExamples,
    GetExample,
    ListExamples,
    ReviewExample,
    ReviewExamples,
    SubmitExample,
)
from contracts.commands.jobs import CancelJob, GetJob, ListJobEvents, ListJobs, RetryJob, StartTraining
from contracts.commands.kinds import ListKinds
from contracts.commands.metrics import (
    CountFeedback,
    GetInference,
    GetMetrics,
    ListFeedback,
    ListInferences,
)
from contracts.commands.ping import Ping
from contracts.commands.predictions import Predict
from contracts.commands.retraining import CheckRetraining, GetRetrainPolicy, ListRetrainDecisions, SetRetrainPolicy
from contracts.commands.schedules import (
    ChangeSchedule,
    CreateSchedule,
    DeleteSchedule,
    GetSchedule,
    ListScheduledRuns,
    ListSchedules,
)
from contracts.commands.tasks import CreateTask, GetTask, ListTasks
from contracts.commands.versions import (
    GetRoute,
    GetServing,
    GetVersion,
    ListServing,
    ListVersions,
    PromoteVersion,
    ResolveTask,
    RollBack,
)

ALL: tuple[type[Command[Any]], ...] = (
    CreateTask,
    GetTask,
    ListTasks,
    ListKinds,
    StartTraining,
    GetJob,
    ListJobs,
    ListJobEvents,
    CancelJob,
    RetryJob,
    CreateSchedule,
    GetSchedule,
    ListSchedules,
    ChangeSchedule,
    DeleteSchedule,
    ListScheduledRuns,
    CreateDataset,
    GetDataset,
    ListDatasets,
    ListDatasetRows,
    DeleteDataset,
    Predict,
    ExportTable,
    ListVersions,
    GetVersion,
    PromoteVersion,
    RollBack,
    GetRoute,
    ResolveTask,
    ListServing,
    GetServing,
    SubmitExample,
    GetExample,
    ListExamples,
    CountExamples,
    ReviewExample,
    ReviewExamples,
    CollectExamples,
    GetInference,
    ListInferences,
    ListFeedback,
    CountFeedback,
    GetMetrics,
    GetRetrainPolicy,
    SetRetrainPolicy,
    CheckRetraining,
    ListRetrainDecisions,
    ListDeadLetters,
    ReplayDeadLetter,
    Ping,
)
