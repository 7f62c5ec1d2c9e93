"""A digest as JSON for webhooks."""

from __future__ import annotations

from plugins.digest.content.issue import Issue
from roadshow.outbox import body


def digest_body(issue: Issue, delivery_id: str, subscription_id: str, investor_id: str) -> str:
    """Return a digest as JSON."""
    projects = [
        {
            "id": each.project,
            "rank": each.rank,
            "score": round(each.score, 2),
            "name": each.name,
            "summary": each.summary,
            "reason": each.reason,
            "changed": list(each.changed_parts),
            "fictional": each.fictional,
            "url": each.address,
        }
        for each in issue.entries
    ]
    data = {
        "digest": delivery_id,
        "subscription": subscription_id,
        "investor": {"id": investor_id, "name": issue.investor},
        "language": issue.language,
        "learnt": list(issue.learnt),
        "projects": projects,
    }
    return body("digest.created", issue.made_at, data)
