# Plots as SVG: bars of medians with their middle half, on a linear or logarithmic scale, and lines over a growing size.
import math
import statistics
from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT, ROW, TOP = 760, 230, 90, 26, 46
STYLE = ("text{font:13px sans-serif;fill:#333}.title{font-weight:bold;font-size:15px}.bar{fill:#9db4c8}"
         ".own{fill:#d9822b}.whisker,.line,.axis{stroke:#333;fill:none}.axis{stroke:#ccc}.line{stroke:#d9822b;stroke-width:2}")


def text(x, y, what, anchor="start", kind=""):
    return '<text x="%.1f" y="%.1f" text-anchor="%s"%s>%s</text>' % (
        x, y, anchor, ' class="%s"' % kind if kind else "", escape(what))


def line(x1, y1, x2, y2, kind):
    return '<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" class="%s"/>' % (x1, y1, x2, y2, kind)


def document(height, parts):
    return '<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d"><style>%s</style>' \
           '<rect width="100%%" height="100%%" fill="#fff"/>\n%s\n</svg>\n' % (WIDTH, height, WIDTH, height, STYLE, "\n".join(parts))


def middle_half(samples):
    if len(samples) < 4:
        return min(samples), max(samples)
    quarters = statistics.quantiles(samples, n=4)
    return quarters[0], quarters[2]


def bars(group):
    """A bar for each variant as long as its median, with a line over its middle half."""
    names = sorted(group.samples, key=group.median)
    reach = max(middle_half(samples)[1] for samples in group.samples.values())
    least = min(group.median(name) for name in names)
    logarithmic = group.logarithmic and least > 0
    low = 10 ** math.floor(math.log10(least)) / 2 if logarithmic else 0

    def place(value):
        share = (math.log(max(value, low) / low) / math.log(reach / low)) if logarithmic else max(value, 0) / (reach or 1)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    parts = [text(12, 24, "%s, %s%s" % (group.title, group.unit, " (logarithmic)" if logarithmic else ""), kind="title")]
    for i, name in enumerate(names):
        y = TOP + i * ROW
        end = place(group.median(name))
        first, last = map(place, middle_half(group.samples[name]))
        own = "own" if name.startswith("sigguard") else "bar"
        parts += [text(LEFT - 8, y + 14, name, "end"),
                  '<rect x="%d" y="%d" width="%.1f" height="%d" class="%s"/>' % (LEFT, y, max(end - LEFT, 1), ROW - 8, own),
                  line(first, y + 9, last, y + 9, "whisker"),
                  text(max(end, last) + 6, y + 14, group.amount(group.median(name)))]
    return document(TOP + len(names) * ROW + 12, parts)


def curve(group):
    """Medians over the sizes, both from zero: what is flat or linear looks so."""
    height, bottom, left = 300, 250, 80
    values = [statistics.median(samples) for samples in group.samples.values()]
    reach = max(values + [middle_half(samples)[1] for samples in group.samples.values()] + [0.001]) * 1.05
    points = [(left + size / max(group.sizes) * (WIDTH - left - RIGHT), bottom - max(value, 0) / reach * (bottom - TOP))
              for size, value in zip(group.sizes, values)]
    parts = [text(12, 24, "%s, %s" % (group.title, group.unit), kind="title"),
             line(left, bottom, WIDTH - RIGHT, bottom, "axis"), line(left, TOP, left, bottom, "axis"),
             text(left - 8, bottom + 4, "0", "end"), text(left - 8, TOP + 12, group.amount(reach), "end"),
             '<polyline class="line" points="%s"/>' % " ".join("%.1f,%.1f" % point for point in points)]
    named = -100.0
    for (x, y), (name, samples) in zip(points, group.samples.items()):
        low, high = (bottom - max(value, 0) / reach * (bottom - TOP) for value in middle_half(samples))
        parts += [line(x, low, x, high, "whisker"), '<circle cx="%.1f" cy="%.1f" r="4" class="own"/>' % (x, y)]
        if x - named > 70:
            parts.append(text(x, bottom + 20, name, "middle"))
            named = x
    return document(height, parts)


def plot(group):
    return curve(group) if hasattr(group, "sizes") else bars(group)
