"""The story of `flakebot run`: from the JUnit reports of a failed job to a review, annotations, a summary and an artifact."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from flakebot.compose import Places, annotate, redact_report, summary
from flakebot.errors import EnvironmentBroken, UsageError
from flakebot.event import Activities, Context
from flakebot.experiment import Experiment, Tools
from flakebot.reports import ReportFiles, add_traces, merge, read_junit, read_made_elsewhere, write_reports
from flakebot.results import Publisher, Reviewed, Uploaded
from flakebot.runner import Annotation, Log, RunnerFiles, write_outputs, write_summary
from flakebot.selection import select
from flakebot.settings import Finding, Mode, Settings
from flakemark.model import Diagnosis, FailedTest, Ingested, NodeId, Report, Status, Verdict
from flakemark.report import wording
from flakemark.report.escape import fence
from flakemark.report.text import render_text

INTERRUPTED = "publishing was interrupted; what is not on the pull request is here"
OUTPUTS = ("flaky", "confirmed", "consistent-failures", "not-reproduced", "report", "artifact-id", "artifact-url", "review-url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Everything that one invocation works with.

    Attributes:
        workspace: the repository as it was checked out.
        publisher: posts and uploads; used only when all tests are dead.
        redact: takes secrets out of a text.
    """

    settings: Settings
    context: Context
    activities: Activities
    workspace: Path
    tools: Tools
    log: Log
    files: RunnerFiles
    publisher: Publisher
    redact: Callable[[str], str]


def run(job: Job) -> int:
    """Do the work of the action.

    Returns:
        0 when it was done, 1 if it was and `fail-on` names something that was found.

    Raises:
        UsageError: for input that cannot be read, after saying so in the job summary.
        EnvironmentBroken: if the tests could not be run at all, likewise.
    """
    try:
        ingested = _ingest(job)
        report = _report(job, ingested)
    except (UsageError, EnvironmentBroken) as error:
        _give_up(job, str(error))
        raise
    return _publish(job, report, redact_report(ingested, job.redact))


def _ingest(job: Job) -> Ingested:
    """What failed."""
    settings = job.settings
    if not settings.junit or settings.mode is Mode.PUBLISH:
        return Ingested((), (), ())
    ingested = read_junit(settings.junit, job.workspace / settings.working_directory, _host_workspace(job))
    for problem in ingested.problems:
        job.log.say(problem)
    job.log.say(f"{len(ingested.failed)} failed tests in the JUnit reports, {len(ingested.order)} tests ran")
    return ingested


def _report(job: Job, ingested: Ingested) -> Report:
    """Why it failed: our own diagnoses, and those made elsewhere."""
    made = read_made_elsewhere(job.settings.reports, job.workspace) if job.settings.reports else ()
    ours = (_diagnose(job, ingested),) if ingested.failed else ()
    name = job.context.repository.rpartition("/")[2]
    return redact_report(merge((*ours, *made), ingested.problems, name), job.redact)


def _diagnose(job: Job, ingested: Ingested) -> Report:
    if not job.activities.may_run_tests:
        raise UsageError(job.activities.reasons[0])
    settings = job.settings
    selection = select(
        ingested.failed, shard=settings.shard, max_tests=settings.max_tests, rules=settings.rules, folder=settings.working_directory
    )
    return Experiment(settings=settings, workspace=job.workspace, tools=job.tools, log=job.log).run(selection)


def _publish(job: Job, report: Report, ingested: Ingested) -> int:
    """Tell it, most durable form first; what one form cannot carry is in the next."""
    failed = {test.nodeid: test for test in ingested.failed}
    for test in report.tests:
        job.log.say(render_text(test))
    written = write_reports(report, job.workspace)
    if job.settings.upload_traces and job.settings.traces:
        traces = job.workspace / job.settings.working_directory / job.settings.traces
        written = add_traces(written, traces, job.workspace, job.redact)
    uploaded, reviewed = Uploaded(), Reviewed(remarks=(INTERRUPTED,))
    try:
        uploaded = job.publisher.upload(written, artifact_name(job.settings, job.context), job.settings.retention_days)
        reviewed = _review(job, report, failed, _places(job, uploaded))
    finally:  # also if the job is cancelled while GitHub keeps us waiting
        _tell_the_runner(job, report, failed, written, uploaded=uploaded, reviewed=reviewed)
    job.log.say(f"done: {wording.tally(report)}")
    return exit_code(report, job.settings.fail_on)


def _tell_the_runner(
    job: Job, report: Report, failed: Mapping[NodeId, FailedTest], written: ReportFiles, *, uploaded: Uploaded, reviewed: Reviewed
) -> None:
    """What always works: annotations, summary and outputs."""
    places, remarks = _places(job, uploaded), (*uploaded.remarks, *reviewed.remarks)
    places = replace(places, lines=reviewed.lines, head_sha=reviewed.head_sha or places.head_sha)
    for annotation in annotate(report, failed, places):
        job.log.annotate(annotation)
    write_summary(job.files, job.redact(summary(report, places, remarks)))
    write_outputs(job.files, outputs(report, written.json.relative_to(job.workspace).as_posix(), uploaded, reviewed))
    for remark in remarks:
        job.log.say(remark)


def _review(job: Job, report: Report, failed: Mapping[NodeId, FailedTest], places: Places) -> Reviewed:
    if job.settings.mode is Mode.DIAGNOSE:
        return replace(_look(job, report, failed, places), remarks=("no review is posted: the input mode is diagnose",))
    if not job.activities.may_review:
        return replace(_look(job, report, failed, places), remarks=job.activities.reasons[-1:])
    return job.publisher.review(report, failed, places)


def _look(job: Job, report: Report, failed: Mapping[NodeId, FailedTest], places: Places) -> Reviewed:
    """Annotations and links need the lines of the head, too; also a token that can only read is enough for that."""
    return job.publisher.look(report, failed, places) if job.settings.token else Reviewed()


def artifact_name(settings: Settings, context: Context) -> str:
    """Return the name of the artifact; two of one name in a run exclude each other."""
    if settings.artifact_name:
        return settings.artifact_name
    shard = f"-{settings.shard.number}-of-{settings.shard.total}" if settings.shard else ""
    job = re.sub(r"[^A-Za-z0-9._-]+", "-", context.job) or "job"
    return f"flakemark-{job}{shard}-{context.attempt}"


def outputs(report: Report, json_file: str, uploaded: Uploaded, reviewed: Reviewed) -> dict[str, str]:
    """Return the outputs of the step, in the order of `OUTPUTS`."""
    numbers = [str(len(_found(report, finding))) for finding in list(Finding)[:4]]
    return dict(zip(OUTPUTS, [*numbers, json_file, uploaded.id, uploaded.url, reviewed.url], strict=True))


def exit_code(report: Report, fail_on: frozenset[Finding]) -> int:
    """Return 3 if no test could be run, 1 if something was found that `fail_on` names, else 0."""
    broken = _found(report, Finding.ERROR)
    if broken and len(broken) == len(report.tests):
        return 3
    return int(any(_found(report, finding) for finding in fail_on))


def _found(report: Report, finding: Finding) -> list[Diagnosis]:
    verdicts = {
        Finding.FLAKY: Verdict.FLAKY,
        Finding.CONFIRMED: Verdict.FLAKY,
        Finding.CONSISTENT_FAILURE: Verdict.CONSISTENT_FAILURE,
        Finding.NOT_REPRODUCED: Verdict.NOT_REPRODUCED,
        Finding.ERROR: Verdict.ERROR,
    }
    tests = [test for test in report.tests if test.verdict is verdicts[finding]]
    return [test for test in tests if test.cause and wording.status(test) is Status.CONFIRMED] if finding is Finding.CONFIRMED else tests


def _give_up(job: Job, problem: str) -> None:
    """A step that ends without findings says why where people look."""
    text = job.redact(problem)
    job.log.annotate(Annotation(level="error", title="The failed tests were not diagnosed", message=text))
    write_summary(job.files, f"### flakemark: the failed tests were not diagnosed\n\n{fence(text)}\n")
    empty = Report(version="", python="", root="", tests=())
    write_outputs(job.files, outputs(empty, "", Uploaded(), Reviewed()))


def _places(job: Job, uploaded: Uploaded) -> Places:
    context = job.context
    run_url = (
        f"{context.server_url}/{context.repository}/actions/runs/{context.run_id}/attempts/{context.attempt}" if context.run_id else ""
    )
    return Places(
        server_url=context.server_url,
        repository=context.head_repository or context.repository,
        head_sha=context.head_sha,
        run_url=run_url,
        artifact_url=uploaded.url,
        folder=job.settings.working_directory,
        traced_sha=context.traced_sha,
    )


def _host_workspace(job: Job) -> tuple[str, str] | None:
    """Where the repository lies on the runner's host: absolute paths in the JUnit reports begin with it."""
    parent = job.tools.environ.get("RUNNER_WORKSPACE", "")
    return (f"{parent}/{job.context.repository.rpartition('/')[2]}", str(job.workspace)) if parent else None
