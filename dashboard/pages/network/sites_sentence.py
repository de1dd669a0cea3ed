"""How many sites trained and validated a network, in words."""

from __future__ import annotations


def sites_sentence(counts: dict) -> str:
    """Return how many sites trained and validated a network, and why others were left out.

    counts : by part ("train", "validation"): ``used`` and ``left_out``, a count by reason
    """
    if not counts:
        return ""
    parts = []
    for part, words in (("train", "trained on"), ("validation", "validated on")):
        one = counts.get(part, {})
        parts.append(f"{words} {one.get('used', 0):,}")
    left = {}
    for one in counts.values():
        for reason, count in one.get("left_out", {}).items():
            left[reason] = left.get(reason, 0) + count
    out = "; ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in left.items())
    return f"Sites: {', '.join(parts)}{f'; left out: {out}' if out else ''}."
