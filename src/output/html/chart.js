// The charts, drawn again as src/output/html/chart.rs drew them: the same whole tenths of a pixel.

const WIDTH = 4200n, LEFT = 640n, GROUPS = 3520n, TOP = 100n, HIGH = 1800n, STEP = 420n, PARTS = 5n;

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const larger = (a, b) => (a > b ? a : b);
const smaller = (a, b) => (a < b ? a : b);

function px(tenths) {
  const [whole, tenth] = [abs(tenths) / 10n, abs(tenths) % 10n];
  return (tenths < 0n ? "-" : "") + whole + (tenth ? "." + tenth : "");
}

function scaleOf(values) {
  const least = values.reduce(smaller, 0n);
  const most = values.reduce(larger, 0n);
  // Where all is nought there is no size to go by: a million.
  let mark = least === 0n && most === 0n ? 100000000n : 1n;
  for (let n = 0; most - least > mark * PARTS; n++) mark = n % 3 === 1 ? (mark / 2n) * 5n : mark * 2n;
  const low = -(((mark - 1n - least) / mark) * mark);
  const high = ((most + mark - 1n) / mark) * mark;
  return { low, high: high === low ? low + mark : high, mark };
}

const along = (scale, value, length) => divide((value - scale.low) * length, scale.high - scale.low);
const line = (look, x1, x2, y1, y2) => `<line class="${look}" x1="${x1}" x2="${x2}" y1="${y1}" y2="${y2}"></line>`;
const words = (look, x, y, text) => `<text class="${look}" x="${x}" y="${y}">${escaped(text)}</text>`;
const bar = (look, x, y, width, height) => `<rect class="${look}" x="${x}" y="${y}" width="${width}" height="${height}"></rect>`;

// chart: its data; steps(figure): what a figure is now, null where not published.
function columnsBody(chart, steps, display) {
  const columns = chart.series.filter((s) => s.look !== "level");
  const levels = chart.series.filter((s) => s.look === "level");
  const all = chart.series.flatMap((s) => s.figures.map(steps)).filter((v) => v !== null);
  const scale = scaleOf(all);
  const y = (value) => TOP + HIGH - along(scale, value, HIGH);
  const group = GROUPS / larger(BigInt(chart.groups.length), 1n);
  const own = (group * 7n) / 10n;
  const column = own / larger(BigInt(columns.length), 1n);
  let body = "";
  for (let mark = scale.low; mark <= scale.high; mark += scale.mark) {
    body += line(mark === 0n ? "nought" : "mark", px(LEFT), px(LEFT + GROUPS), px(y(mark)), px(y(mark)));
    const said = say({ unit: MONEY, steps: mark, style: "words" }, { power: display.power, decimals: display.power + 2 });
    body += words("scale", px(LEFT - 80n), px(y(mark) + 40n), said);
  }
  chart.groups.forEach((name, g) => {
    const at = LEFT + BigInt(g) * group;
    body += words("group", px(at + group / 2n), px(TOP + HIGH + 200n), name);
    columns.forEach((series, k) => {
      const x = at + (group - own) / 2n + BigInt(k) * column;
      const value = steps(series.figures[g]);
      if (value === null) {
        body += words("group", px(x + column / 2n), px(y(0n) - 40n), "n/p");
        return;
      }
      const [top, foot] = [y(larger(value, 0n)), y(smaller(value, 0n))];
      body += bar(series.look, px(x), px(top), px(column - 20n), px(larger(foot - top, value === 0n ? 0n : 10n)));
    });
    for (const series of levels) {
      const value = steps(series.figures[g]);
      if (value !== null) body += bar("level", px(at + (group - own) / 2n - 40n), px(y(value) - 15n), px(own + 60n), "3");
    }
  });
  return body;
}

function columnsWords(chart, tell) {
  const of = (s) => s.name + ": " + chart.groups.map((group, g) => group + " " + tell(s.figures[g], "words")).join("; ") + ".";
  return chart.series.map(of).join(" ");
}

function waterfallBody(chart, steps, tell) {
  let level = 0n;
  const spans = chart.bars.map((it) => {
    const value = steps(it.figure);
    if (value === null) return null;
    const from = it.level ? 0n : level;
    level = it.level ? value : level + value;
    return [from, level];
  });
  const scale = scaleOf(spans.flatMap((span) => span || []));
  const x = (value) => along(scale, value, WIDTH);
  let body = "";
  chart.bars.forEach((it, n) => {
    const top = BigInt(n) * STEP;
    body += words("bar", "0", px(top + 150n), it.label);
    body += words("value", px(WIDTH), px(top + 150n), tell(it.figure, it.level ? "words" : "change"));
    if (spans[n] === null) return;
    const [from, to] = spans[n];
    const [left, right] = [x(smaller(from, to)), x(larger(from, to))];
    const look = it.level ? "solid" : to > from ? "up" : "hatched";
    body += bar(look, px(left), px(top + 200n), px(larger(right - left, from === to ? 0n : 10n)), "15");
  });
  return body + line("nought", px(x(0n)), px(x(0n)), "0", px(BigInt(chart.bars.length) * STEP));
}

function waterfallWords(chart, tell) {
  return chart.bars.map((it) => it.label + " " + tell(it.figure, it.level ? "words" : "change")).join("; ") + ".";
}
