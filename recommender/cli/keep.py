"""`roadshow rank --keep`: saves the ranking by the API's own mutation, as its subject sees it."""

from __future__ import annotations

from recommender.interface.errors import RecommenderError
from recommender.interface.requests import RankingRequest

KEEP = """mutation Keep($subject: ID!, $target: RankingTarget!, $options: RankingOptions, $first: Int, $label: String) {
  keepRanking(subject: $subject, target: $target, options: $options, first: $first, label: $label) {
    snapshot { id items { node { ... on Project { id } ... on Investor { id } ... on Place { id } } } }
    userErrors { message }
  }
}"""


def keep(request: RankingRequest, label: str | None) -> tuple[str, list[str]]:
    """Save the requested ranking; return its id and the listed ids, best first.

    Raises ``RecommenderError`` if it can't be saved.
    """
    from plugins.host.context import command_context

    options = {
        "weights": [{"block": block, "weight": weight} for block, weight in (request.weights or {}).items()],
        "diversity": request.diversity,
        "excludeSeen": request.exclude_seen,
        "personalised": request.personalised,
    }
    variables = {
        "subject": request.subject_id,
        "target": str(request.target),
        "options": options,
        "first": request.first,
    }
    with command_context() as context:
        answer = context.ask(KEEP, {**variables, "label": label})
    payload = (answer.get("data") or {}).get("keepRanking") or {}
    problems = [*answer.get("errors", ()), *payload.get("userErrors", ())]
    if problems:
        raise RecommenderError(f"The ranking was not kept: {' '.join(str(each['message']) for each in problems)}")
    saved = payload["snapshot"]
    return saved["id"], [item["node"]["id"] for item in saved["items"] if item["node"]]
