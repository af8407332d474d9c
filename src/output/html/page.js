// The page: sliders, what follows them, and the way back to the command line.

const byId = (id) => document.getElementById(id);

// Long registers are open for paper and for readers without a script; here they begin folded.
const folds = [...document.querySelectorAll("details")];
folds.forEach((fold) => (fold.open = false));
let openBefore = [];
addEventListener("beforeprint", () => {
  openBefore = folds.filter((fold) => fold.open);
  folds.forEach((fold) => (fold.open = true));
});
addEventListener("afterprint", () => folds.forEach((fold) => (fold.open = openBefore.includes(fold))));

function start(data) {
  const sheet = new Sheet(data);
  const home = sheet.values;
  const shown = { power: data.power, decimals: data.decimals };
  const movedDisplay = { power: data.power, decimals: data.decimals_moved };
  const slides = data.slides.map((slide, n) => ({
    ...slide,
    home: BigInt(slide.home),
    step: BigInt(slide.step),
    sets: slide.sets.map(([path, now, each]) => [path, BigInt(now), BigInt(each)]),
    input: byId("slide-" + n),
    output: document.querySelector(`output[for="slide-${n}"]`),
    away: 0n,
  }));
  slides.forEach((slide) => {
    slide.follows = [];
    for (let at = 0; at < slide.cells.length; at += 3) {
      const [cell, ...slopes] = slide.cells.slice(at, at + 3);
      slide.follows.push([cell, slopes.map(BigInt), sheet.inputs.map((given) => given.get(cell))]);
    }
  });
  let values = home;
  let refused = "";

  // The number of a slider, so many steps from home.
  const numberOf = (slide, away = slide.away) => slide.home + away * slide.step;
  const isMoved = () => slides.some((slide) => slide.away !== 0n);
  const display = () => (isMoved() ? movedDisplay : shown);

  function numberWords(slide, away) {
    const style = slide.shift ? "change" : "words";
    // So many hundredths are said as a rate.
    const [unit, each] = slide.share ? [RATE, tenTo(7)] : [slide.unit, 1n];
    const text = say({ unit, steps: numberOf(slide, away) * each, style, exact: true }, shown);
    return slide.unit === MONTHS ? text + " months" : text;
  }

  // Computes again what lies below everything that is away from home.
  const reaches = new Map();
  function compute() {
    const away = slides.filter((slide) => slide.away !== 0n);
    for (const slide of slides) {
      for (const [cell, slopes, at] of slide.follows) {
        sheet.inputs.forEach((given, run) => given.set(cell, at[run] + slopes[run] * slide.away * slide.step));
      }
    }
    const key = away.map((slide) => slide.path).join("\n");
    if (!reaches.has(key)) reaches.set(key, sheet.reach(away.flatMap((slide) => slide.follows.map(([cell]) => cell))));
    const next = home.map((run) => run.slice());
    try {
      next.forEach((all, run) => sheet.compute(run, reaches.get(key), all));
      values = next;
      refused = "";
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused = error.message;
    }
  }

  const publishedAt = (cell, run, all = values) => (cell === null || sheet.unpublished[cell] ? null : all[run][cell]);
  const figureAt = (cell, run, style, all = values) => ({
    unit: sheet.units[cell],
    steps: publishedAt(cell, run, all),
    style,
    interpolated: sheet.interpolated[cell],
    about: sheet.about[cell],
  });
  const moneyWords = (steps, style) => say({ unit: MONEY, steps, style }, display());

  // Tables: every figure that shows a cell.
  const places = [...document.querySelectorAll("td[data-c]")].map((element) => {
    const code = Number(element.dataset.c);
    const turned = code < 0;
    const cell = turned ? -code - 1 : code;
    const run = element.dataset.r ? 1 : 0;
    const { s: style = "table", x: exact } = element.dataset;
    return { element, cell, turned, run, style, exact: Boolean(exact), text: element.textContent };
  });
  function placeText(place) {
    const figure = figureAt(place.cell, place.run, place.style);
    if (place.turned && figure.steps !== null) figure.steps = -figure.steps;
    return say({ ...figure, exact: place.exact }, display());
  }
  function showTables() {
    const moved = isMoved();
    for (const place of places) {
      const text = moved ? placeText(place) : place.text;
      if (place.element.textContent !== text) place.element.textContent = text;
      place.element.classList.toggle("changed", values[place.run][place.cell] !== home[place.run][place.cell]);
    }
  }

  // Charts.
  const charts = data.charts.map((chart, n) => ({ ...chart, svg: byId("chart-" + n) }));
  const chartSteps = (figure) => {
    if (figure === null) return null;
    if (!Array.isArray(figure)) return BigInt(figure);
    const steps = publishedAt(figure[0], figure[1]);
    return steps !== null && figure[2] ? -steps : steps;
  };
  const chartTell = (figure, style) => {
    const [cell, run] = Array.isArray(figure) ? figure : [null, 0];
    const known = cell === null ? { unit: MONEY } : figureAt(cell, run, style);
    return say({ ...known, steps: chartSteps(figure), style }, display());
  };
  function draw(chart) {
    const [title, desc] = chart.svg.children;
    const columns = chart.kind === "columns";
    desc.textContent = columns ? columnsWords(chart, chartTell) : waterfallWords(chart, chartTell);
    const body = columns ? columnsBody(chart, chartSteps, display()) : waterfallBody(chart, chartSteps, chartTell);
    chart.svg.innerHTML = title.outerHTML + desc.outerHTML + body;
  }

  // The difference in words, as src/report/difference.rs has it.
  const runWords = ["plan", "risk-adjusted"];
  const steps = (cell, run, all) => publishedAt(cell, run, all);
  const verdict = (cell, run, all) => (cell !== null && sheet.interpolated[cell] ? null : steps(cell, run, all));
  function movedWords(watch, cells, run, what) {
    const years = [];
    cells.forEach((cell, n) => {
      if (cell === null || steps(cell, run, home) === steps(cell, run, values)) return;
      const [was, is] = [figureAt(cell, run, "words", home), figureAt(cell, run, "words")];
      years.push(`${data.years[n]} ${say(was, display())} → ${say(is, display())} (${moneyWords(is.steps - was.steps, "change")})`);
    });
    return years.length ? `${watch.title}, ${runWords[run]}: ${what} ${years.join("; ")}` : "";
  }
  function lasting(watch, run) {
    const [was, is] = [steps(watch.underlying, run, home), steps(watch.underlying, run, values)];
    if (was === null || is === null) return "";
    return was === is ? "; the underlying gap of the last year is unchanged: one-off, or over by then" : "; recurrent";
  }
  function policy(watch, run) {
    const first = (is) => data.years.find((_, n) => is(n)) || null;
    const left = (all) => first((n) => verdict(watch.nothing[n], run, all) > 0n);
    const below = (all) => {
      const years = watch.pots.map(([closing, minimum]) =>
        first((n) => {
          const [held, least] = [steps(closing[n], run, all), steps(minimum[n], run, all)];
          return held !== null && least !== null && held < least;
        }),
      );
      return years.filter(Boolean).sort()[0] || null;
    };
    const [leftWas, leftIs, belowWas, belowIs] = [left(home), left(values), below(home), below(values)];
    let text = "";
    if (!leftWas && leftIs) text += `; reserves no longer meet all of it, first in ${leftIs}`;
    else if (leftWas && leftIs && leftWas !== leftIs) text += `; reserves no longer meet all of it, first in ${leftIs} instead of ${leftWas}`;
    else if (leftWas && !leftIs) text += `; reserves meet all of it (they did not in ${leftWas})`;
    const broken = "; if nothing else is done the reserves policy is broken in ";
    if (!belowWas && belowIs) text += broken + belowIs;
    else if (belowWas && belowIs && belowWas !== belowIs) text += `${broken}${belowIs} instead of ${belowWas}`;
    else if (belowWas && !belowIs) text += `; the reserves policy is no longer broken (it was in ${belowWas})`;
    return text;
  }
  function difference() {
    const same = "still to find does not change";
    const said = [];
    for (const watch of data.watched) {
      for (const run of [0, 1]) {
        const words =
          movedWords(watch, watch.still, run, "still to find") ||
          movedWords(watch, watch.after, run, `${same}, since reserves or support meet it; after savings`) ||
          movedWords(watch, watch.nothing, run, `${same}; if nothing else is done`);
        if (words) said.push(words + lasting(watch, run) + policy(watch, run));
      }
    }
    return said.length ? said : ["no organisation's gap changes"];
  }

  // The table that moves beside the sliders.
  const live = document.querySelector("#live tbody");
  function showLive() {
    const row = (label, cells, className) => {
      const tr = document.createElement("tr");
      const th = document.createElement("th");
      tr.className = className;
      th.scope = "row";
      th.textContent = label;
      tr.append(th);
      for (const text of cells) {
        const td = document.createElement("td");
        td.className = "n";
        td.textContent = text;
        tr.append(td);
      }
      return tr;
    };
    const figures = (watch, run, all) => watch.still.map((cell) => (cell === null ? "n/p" : say(figureAt(cell, run, "table", all), display())));
    const changes = (watch, run) =>
      watch.still.map((cell) => {
        const [was, is] = [steps(cell, run, home), steps(cell, run, values)];
        return was === null || is === null ? "n/p" : moneyWords(is - was, "change");
      });
    const rows = [];
    for (const watch of data.watched) {
      for (const run of [0, 1]) {
        const lead = (data.watched.length > 1 ? watch.title + ", " : "") + runWords[run];
        rows.push(row(lead, figures(watch, run, home), ""));
        if (!watch.still.some((cell) => steps(cell, run, home) !== steps(cell, run, values))) continue;
        rows.push(row("with your changes", figures(watch, run, values), "headline"));
        rows.push(row("difference", changes(watch, run), "muted"));
      }
    }
    live.replaceChildren(...rows);
  }

  // The way back: the command, and the page's own address.
  const plain = /^[\p{L}\p{N}\-_./@=%£:,+]*$/u;
  const quoted = (word) => (plain.test(word) ? word : "'" + word.replaceAll("'", "'\\''") + "'");
  const setsOf = (slide) =>
    slide.sets.map(([path, now, each]) => path + "=" + typed(slide.unit, slide.shift ? now + numberOf(slide) * each : numberOf(slide)));
  const sets = () => slides.filter((slide) => slide.away !== 0n).flatMap(setsOf);
  const command = () => [data.command, ...sets().map((set) => "--set " + quoted(set))].join(" ");
  const state = () =>
    slides.filter((s) => s.away !== 0n).map((s) => encodeURIComponent(s.path) + "=" + numberOf(s)).join("&");
  // Moves the sliders to what an address says; false where it says nothing of them.
  function take(hash) {
    const said = hash.replace(/^#/, "").split("&").map((part) => part.split("="));
    const known = new Map(slides.map((slide) => [encodeURIComponent(slide.path), slide]));
    if (!said.every(([path, number]) => known.has(path) && /^-?\d{1,30}$/.test(number || ""))) return false;
    slides.forEach((slide) => (slide.away = 0n));
    for (const [path, number] of said) {
      const slide = known.get(path);
      const away = (BigInt(number) - slide.home) / slide.step;
      slide.away = smaller(larger(away, BigInt(slide.input.min)), BigInt(slide.input.max));
    }
    return true;
  }

  // What becomes of the first organisation in the last year, where a reader sees it while a slider moves.
  function headline() {
    const watch = data.watched[0];
    const last = data.years.length - 1;
    const cell = watch.still[last];
    if (data.watched.length > 1 || publishedAt(cell, 0) === null) return "";
    const [was, is] = [figureAt(cell, 0, "words", home), figureAt(cell, 0, "words")];
    return ` Still to find in ${data.years[last]}, plan: ${say(was, display())} → ${say(is, display())}.`;
  }

  let later = 0;
  function settle() {
    const lines = refused ? [`The plan is refused at these figures: ${refused}. The page shows the last that it takes.`] : isMoved() ? difference() : ["Nothing is moved."];
    byId("difference").replaceChildren(
      ...lines.map((line) => {
        const p = document.createElement("p");
        p.textContent = line;
        return p;
      }),
    );
    byId("command").value = command();
    byId("copied").textContent = "";
    byId("link").href = "#" + state();
    try {
      history.replaceState(null, "", isMoved() ? "#" + state() : location.pathname + location.search);
    } catch {
      // Some readers of files have no history; the link still carries the state.
    }
  }
  function show() {
    for (const slide of slides) {
      const text = numberWords(slide, slide.away);
      slide.input.value = String(slide.away);
      slide.input.setAttribute("aria-valuetext", text);
      slide.output.textContent = text;
      slide.output.classList.toggle("changed", slide.away !== 0n);
    }
    const moved = slides.filter((slide) => slide.away !== 0n);
    const banner = byId("moved");
    banner.hidden = !moved.length;
    const said = moved.map((s) => `${s.title} ${numberWords(s, s.away)}` + (s.shift ? "" : ` (in the plan ${numberWords(s, 0n)})`));
    banner.textContent = moved.length ? `What if: ${said.join("; ")}. Tables and charts show the plan with these changes; words show it as it stands.${headline()}` : "";
    document.querySelectorAll(".planned").forEach((note) => (note.hidden = !moved.length));
    showTables();
    charts.forEach(draw);
    showLive();
  }
  function update(now = false) {
    compute();
    show();
    // Words wait until a slider rests, so that nobody is read every step of it.
    clearTimeout(later);
    if (now) settle();
    else later = setTimeout(settle, 250);
  }

  slides.forEach((slide) =>
    slide.input.addEventListener("input", () => {
      slide.away = BigInt(slide.input.value);
      requestAnimationFrame(() => update());
    }),
  );
  byId("reset").addEventListener("click", () => {
    slides.forEach((slide) => (slide.away = 0n));
    update(true);
  });
  byId("copy-command").addEventListener("click", async () => {
    const box = byId("command");
    box.select();
    try {
      await navigator.clipboard.writeText(box.value);
    } catch {
      document.execCommand("copy");
    }
    byId("copied").textContent = "Copied.";
  });
  addEventListener("hashchange", () => take(location.hash) && update(true));

  byId("what-if-section").hidden = false;
  byId("to-what-if").hidden = false;
  showLive();
  byId("command").value = command();
  if (location.hash && take(location.hash)) update(true);

  // For whoever wants to check the page: every cell of a run as text, and the sliders by their paths.
  window.fundgap = {
    cells: (run) => values[run].map((value, cell) => (sheet.unpublished[cell] ? "n/p" : String(value))),
    slides: () => slides.map((s) => ({ path: s.path, min: s.input.min, max: s.input.max, sets: setsOf(s) })),
    move: (all) => {
      slides.forEach((slide, n) => (slide.away = BigInt(all[n] || 0)));
      update(true);
      return { sets: sets(), refused, difference: difference(), command: command() };
    },
    // Whether the charts, drawn here, are those of the page.
    redrawn: () => charts.filter((chart) => {
      const before = chart.svg.innerHTML;
      draw(chart);
      return chart.svg.innerHTML !== before;
    }).map((chart) => chart.svg.id),
    // Figures in tables that this script would show otherwise than the page does.
    otherwise: () => places.filter((place) => place.text !== placeText(place)).map((place) => [place.text, placeText(place)]),
  };
}

const data = JSON.parse(byId("data").textContent);
if (data.slides) start(data);
