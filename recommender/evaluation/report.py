"""Results as Markdown, JSON and plots, with their provenance: data, model, weights, commit."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from recommender.evaluation.metrics import Measured
from recommender.evaluation.results import LABELS_PROTOCOL, PRIORITIES_PROTOCOL, ROADSHOW, Result
from recommender.fit.calibration import calibration_error
from recommender.fit.model import MODEL_VERSION

SHOWN = ("recall@50", "ndcg@10", "ndcg@50", "map", "auc")
SHOWN_FOR = {
    LABELS_PROTOCOL: ("p@10", "ndcg@10", "ndcg@50", "map", "auc", "short@10"),
    PRIORITIES_PROTOCOL: ("p@10", "ndcg@50", "map", "coverage", "divergence", "true priority", "true reasons", "named"),
}


def commit() -> str:
    """Return the commit of the running code, marked if files differ from it; ``unknown`` outside a checkout."""
    folder = Path(__file__).parent
    try:
        name = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--exclude=*"], cwd=folder, capture_output=True, text=True
        )
    except OSError:
        return "unknown"
    return name.stdout.strip() or "unknown"


def as_json(results: Sequence[Result], encoders: Sequence[str], seconds: float) -> str:
    """Return everything that was measured, as a JSON document."""
    document = {
        "commit": commit(),
        "model_version": MODEL_VERSION,
        "encoders": list(encoders),
        "seconds": round(seconds, 1),
        "results": [asdict(result) for result in results],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def as_markdown(results: Sequence[Result], encoders: Sequence[str]) -> str:
    """Return one table for each result: methods by metrics, the mean with its standard error."""
    lines = [
        f"Commit {commit()}, model version {MODEL_VERSION}, encoders {' + '.join(encoders)}.",
        "Means over queries; after ± the standard error.",
    ]
    for result in results:
        if result.problem:
            lines += ["", f"## {result.data}: {result.protocol}", "", f"Not measured: {result.problem}."]
            continue
        columns = SHOWN_FOR.get(result.protocol, SHOWN)
        facts = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in result.facts.items())
        lines += ["", f"## {result.data}: {result.protocol}", "", facts + ".", ""]
        if result.left_out:
            lines += [f"Left out: {', '.join(f'{count} {what}' for what, count in result.left_out.items())}.", ""]
        lines += [f"| method | {' | '.join(columns)} |", f"|---|{'---|' * len(columns)}"]
        for method, metrics in result.methods.items():
            lines.append(_row(f"**{method}**" if method == ROADSHOW else method, metrics, columns))
        for method, metrics in result.differences.items():
            lines.append(_row(f"{ROADSHOW} − {method}", metrics, columns, "+"))
        for name, value in result.measures.items():
            lines += ["", f"{name.capitalize()}: {value.written()}."]
        for name, gain in result.gains.items():
            lines += ["", f"Gain of knowing the time (AUC, query by query), {name}: {_signed(gain)}."]
        if result.reliability:
            lines += ["", _reliability(result)]
        if result.weights:
            weights = ", ".join(f"{name} {value:g}" for name, value in result.weights.items())
            lines += ["", f"Weights: {weights}."]
        if result.exposure:
            lines += ["", _exposure(result.exposure)]
    return "\n".join(lines) + "\n"


def _row(name: str, metrics: Mapping[str, Measured], columns: Sequence[str], sign: str = "") -> str:
    cells = [metrics[metric].written(sign=sign) if metric in metrics else "" for metric in columns]
    return f"| {name} | {' | '.join(cells)} |"


def _reliability(result: Result) -> str:
    curve = ", ".join(f"{score:.0f}: {observed:.0f}" for score, observed, _ in result.reliability)
    slope, intercept = result.calibration["slope"], result.calibration["intercept"]
    return (
        f"Calibration (slope {slope:.2f}, intercept {intercept:.2f}, fitted on an inner time split): "
        f"{calibration_error(result.reliability):.1f} points off on average; score and observed percentage by "
        f"tenths: {curve}."
    )


def _signed(value: Measured) -> str:
    return value.written(4, "+")


def _exposure(counts: Sequence[int]) -> str:
    listed = sum(1 for count in counts if count)
    top = sum(counts[: max(1, len(counts) // 10)]) / max(1, sum(counts))
    return (
        f"Exposure in the first 50: {listed} of {len(counts)} candidates are on some list; the tenth shown most has "
        f"{top:.0%} of all places; Gini {gini(counts):.2f}."
    )


def gini(counts: Sequence[int]) -> float:
    """Return the Gini coefficient of exposure: 0 if all candidates are listed equally often, near 1 if few take all."""
    ordered = sorted(counts)
    total = sum(ordered)
    if not total:
        return 0.0
    weighted = sum(rank * count for rank, count in enumerate(ordered, start=1))
    return 2 * weighted / (len(ordered) * total) - (len(ordered) + 1) / len(ordered)


def write(results: Sequence[Result], encoders: Sequence[str], seconds: float, directory: Path) -> list[Path]:
    """Write ``evaluation.md``, ``evaluation.json`` and, where matplotlib is installed, the plots as SVG."""
    directory.mkdir(parents=True, exist_ok=True)
    markdown, document = directory / "evaluation.md", directory / "evaluation.json"
    document.write_text(as_json(results, encoders, seconds), encoding="utf-8")
    plots = draw(results, directory)
    pictures = "".join(f"\n![{path.stem}]({path.name})\n" for path in plots)
    markdown.write_text(f"# Evaluation\n\n{as_markdown(results, encoders)}{pictures}", encoding="utf-8")
    return [markdown, document, *plots]


def draw(results: Sequence[Result], directory: Path) -> list[Path]:
    """Draw recall curves, reliability and exposure of the results that have them."""
    try:
        import matplotlib
    except ImportError:
        return []
    matplotlib.use("svg")
    from matplotlib import pyplot

    paths: list[Path] = []

    def save(name: str) -> None:
        path = directory / f"{name}.svg"
        pyplot.tight_layout()
        pyplot.savefig(path, metadata={"Date": None})
        pyplot.close()
        paths.append(path)

    for result in results:
        stem = f"{result.data}-{result.protocol}".replace(" ", "-").replace(",", "").replace("/", "-")
        if result.recall_curve:
            _figure(pyplot, "length of the list", "recall", result.recall_curve)
            save(f"recall-{stem}")
        if result.reliability:
            _figure(pyplot, "score", "observed percentage", {})
            predicted, observed, _ = zip(*result.reliability, strict=True)
            pyplot.plot(predicted, observed, marker="o")
            pyplot.plot([0, max(predicted)], [0, max(predicted)], linestyle=":", color="grey")
            save(f"reliability-{stem}")
        if result.exposure:
            _figure(pyplot, "candidates, most shown first", "lists that show it", {"": list(result.exposure)})
            save(f"exposure-{stem}")
    return paths


def _figure(pyplot: object, horizontal: str, vertical: str, curves: Mapping[str, Sequence[float]]) -> None:
    from matplotlib import pyplot as plot

    assert pyplot is plot
    plot.figure(figsize=(5, 3.2))
    for name, values in curves.items():
        plot.plot(range(1, len(values) + 1), values, label=name)
    plot.xlabel(horizontal)
    plot.ylabel(vertical)
