"""Where what was simulated is drawn."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl

from bench.decisions.trials import Ended

mpl.use("Agg")

from matplotlib import pyplot as plt

_COLOURS = ("#d1495b", "#00798c")


def draw(
    false: Mapping[str, tuple[float, float]],
    power: Mapping[float, Sequence[int]],
    harm: Mapping[float, Sequence[Ended]],
) -> list[str]:
    """Draw three pictures into a new folder and give their paths."""
    folder = Path(tempfile.mkdtemp(prefix="ratchet-decisions-"))
    for name, picture in (("false-verdicts", _false(false)), ("stopping", _stopping(power)), ("harm", _harm(harm))):
        picture.savefig(folder / f"{name}.png", dpi=120)
        plt.close(picture)
    return sorted(str(path) for path in folder.iterdir())


def _false(shares: Mapping[str, tuple[float, float]]) -> plt.Figure:
    figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
    places = range(len(shares))
    for shift, (name, colour) in enumerate(zip(("peeking at a z-test", "Ratchet"), _COLOURS, strict=True)):
        heights = [pair[shift] * 100 for pair in shares.values()]
        axes.barh([place + (shift - 0.5) * 0.38 for place in places], heights, 0.36, label=name, color=colour)
    axes.axvline(5, color="black", linewidth=1, linestyle="--")
    axes.set_yticks(list(places), list(shares))
    axes.set_xlabel("experiments without a difference that were decided, %; dashed: 5 %")
    axes.legend()
    return figure


def _stopping(power: Mapping[float, Sequence[int]]) -> plt.Figure:
    figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
    for effect, units in power.items():
        ordered = sorted(units)
        axes.step(ordered, [100 * (n + 1) / max(1, len(ordered)) for n in range(len(ordered))], label=f"+{effect:.0%}")
    axes.set_xlabel("units in both arms until the verdict")
    axes.set_ylabel("decided experiments, %")
    axes.legend(title="true gain")
    return figure


def _harm(harm: Mapping[float, Sequence[Ended]]) -> plt.Figure:
    figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
    exposed = [[each.treated for each in ended if each.decided] for ended in harm.values()]
    axes.boxplot(exposed, tick_labels=[f"{share:.0%}" for share in harm], showfliers=False)
    axes.set_xlabel("share of the traffic that got the worse candidate")
    axes.set_ylabel("units exposed until the rollback")
    return figure
