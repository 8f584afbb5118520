# What a row of the benchmark is: samples of several variants taken by turns, a guard, a peer, and whether an aim is met.
import statistics


class Group:
    """What is measured together; samples of all variants come from the same rounds unless a variant is too slow for that."""

    def __init__(self, key, title, unit, note=""):
        self.key, self.title, self.unit, self.note = key, title, unit, note
        self.samples, self.rows, self.lines, self.logarithmic = {}, [], [], False

    def add(self, variant, value):
        self.samples.setdefault(variant, []).append(value)

    def median(self, variant):
        return statistics.median(self.samples[variant])

    def amount(self, value):
        digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2 if abs(value) >= 10 else 3
        return "%.*f %s" % (digits if self.unit != "KiB" else 0, value, self.unit)

    def paired(self, guard, peer, of):
        ours, theirs = self.samples[guard], self.samples[peer]
        if len(ours) == len(theirs):
            return [of(a, b) for a, b in zip(ours, theirs)]
        return [of(a, self.median(peer)) for a in ours]

    def row(self, key, text, guard, peer, aim="", **limit):
        """A limit is most=RATIO of the peer, times=AT LEAST so often faster, more=AT MOST so much above it, noise=True or
        below=AMOUNT of the guard alone."""
        if guard not in self.samples or peer not in self.samples:
            return
        row = {"key": key, "row": text, "guard": self.amount(self.median(guard)), "aim": aim,
               "peer": peer + ": " + self.amount(self.median(peer)) if peer != guard else "-"}
        if "more" in limit or "noise" in limit:
            middle, low, high = interval(self.paired(guard, peer, lambda a, b: a - b))
            row["ratio"] = "%+.*f %s (%+.*f to %+.*f)" % (
                (places := 0 if self.unit == "KiB" else 4), middle, self.unit, places, low, places, high)
            if "noise" in limit:
                row["met"] = verdict(middle, low, noise(self.samples[peer]))
            else:
                row["met"] = verdict(middle, low, limit["more"])
        elif "times" in limit:
            middle, low, high = interval(self.paired(guard, peer, lambda a, b: b / a))
            row["ratio"] = "1/%s (%s to %s)" % tuple(map(short, (middle, low, high)))
            row["met"] = verdict(-middle, -high, -limit["times"])
        else:
            middle, low, high = interval(self.paired(guard, peer, lambda a, b: a / b))
            row["ratio"] = "%s (%s to %s)" % tuple(map(short, (middle, low, high))) if peer != guard else "-"
            if "most" in limit:
                row["met"] = verdict(middle, low, limit["most"])
            elif "below" in limit:
                row["met"] = verdict(self.median(guard), interval(self.samples[guard])[1], limit["below"])
            else:
                row["met"] = "-"
        self.rows.append(row)


def short(value):
    return "%.0f" % value if abs(value) >= 100 else "%.1f" % value if abs(value) >= 10 else "%.3f" % value


def verdict(middle, low, limit):
    return "yes" if middle <= limit else "within noise" if low <= limit else "no"


def noise(samples):
    """Half of what lies between the quartiles of the peer itself."""
    if len(samples) < 4:
        return 0
    quarters = statistics.quantiles(samples, n=4)
    return (quarters[2] - quarters[0]) / 2


def interval(values):
    """The median and its 95% interval, from the order of the values alone: no distribution is assumed."""
    ordered = sorted(values)
    half = 0.98 * len(ordered) ** 0.5
    low = max(0, int(len(ordered) / 2 - half))
    high = min(len(ordered) - 1, int(len(ordered) / 2 + half))
    return statistics.median(ordered), ordered[low], ordered[high]
