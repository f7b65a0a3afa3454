"""How an agency's own calls are retried: its data says."""

from outbox.registry import Job, Policy
from transactions.rules.agencies import agency


def agency_policy(job: Job) -> Policy:
    calls = agency(job.payload["agency"]).calls
    return Policy(
        quarantine=calls.quarantine,
        most_doubts=calls.most_doubts,
        most_failures=calls.most_failures,
        probe_first=calls.probe_first,
        probe_most=calls.probe_most,
    )
