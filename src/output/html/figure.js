// Figures as people read them: the rules of src/output/figure.rs, and of no other place.

const MONEY = 0, RATE = 1, QUANTITY = 2, UNIT_PRICE = 3, MONTHS = 4;
const MONTH_NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// In whole multiples of a step, half away from nought.
function round(steps, step) {
  const left = abs(steps % step);
  const away = left * 2n >= step ? (steps < 0n ? -1n : 1n) : 0n;
  return steps / step + away;
}

// Digits with a point and commas, without a sign.
function digits(steps, decimals) {
  const all = abs(steps).toString().padStart(decimals + 1, "0");
  const whole = all.slice(0, all.length - decimals).replace(/\B(?=(\d{3})+$)/g, ",");
  return decimals > 0 ? whole + "." + all.slice(all.length - decimals) : whole;
}

// Without the noughts at its end, down to so many decimals.
function trimmed(steps, decimals, least) {
  while (decimals > least && steps % 10n === 0n) {
    steps /= 10n;
    decimals -= 1;
  }
  return digits(steps, decimals);
}

function moneyText(figure, pence, display) {
  const { power, decimals } = display;
  const inTable = figure.style === "table";
  const step = tenTo(power + 2 - decimals);
  if (pence === 0n && !inTable) return [false, "£0"];
  if (!inTable && !figure.about && round(pence, step) === 0n) return [pence < 0n, "£" + digits(pence, 2)];
  let steps = pence;
  let text;
  if (figure.about) {
    const shown = Math.min(decimals, Math.max(power - figure.about, 0));
    const coarse = round(pence, tenTo(2 + Math.max(figure.about, power - shown)));
    steps = coarse * tenTo(Math.max(figure.about - (power - shown), 0));
    text = digits(steps, shown);
  } else if (figure.exact) {
    text = trimmed(pence, power + 2, decimals);
  } else {
    steps = round(pence, step);
    if (inTable || steps * step !== pence) text = digits(steps, decimals);
    else if (power === 0 && steps % tenTo(decimals) !== 0n) text = digits(steps, decimals);
    else text = trimmed(steps, decimals, 0);
  }
  const suffix = { 0: "", 3: "k", 6: "m" }[power];
  return [steps < 0n, inTable ? text : "£" + text + suffix];
}

// Billionths, shifted up by so many places.
function shareText(figure, steps, scale) {
  if (figure.about) {
    const coarse = round(steps, tenTo(scale));
    return [coarse < 0n, digits(coarse, 0)];
  }
  if (figure.exact || steps % tenTo(scale - 4) === 0n) return [steps < 0n, trimmed(steps, scale, 0)];
  const rounded = round(steps, tenTo(scale - 2));
  return [rounded < 0n, digits(rounded, 2)];
}

// A figure's text. figure: { unit, steps (null: not published), style: table, words or change, exact,
// interpolated, about }; display: { power, decimals }.
function say(figure, display) {
  const inTable = figure.style === "table";
  const steps = figure.steps;
  if (steps === null) return inTable ? "n/p" : "not published";
  let negative;
  let text;
  if (figure.unit === MONEY) [negative, text] = moneyText(figure, steps, display);
  else if (figure.unit === RATE) {
    [negative, text] = shareText(figure, steps, 7);
    text += "%";
  } else if (figure.unit === MONTHS) [negative, text] = shareText(figure, steps, 9);
  else if (figure.unit === QUANTITY || figure.unit === UNIT_PRICE) {
    const rounded = figure.about ? round(steps, tenTo(4)) : steps;
    negative = rounded < 0n;
    text = figure.about ? digits(rounded, 0) : trimmed(steps, 4, figure.unit === UNIT_PRICE ? 2 : 0);
    if (figure.unit === UNIT_PRICE) text = "£" + text;
  } else {
    const month = ((steps % 12n) + 12n) % 12n;
    negative = false;
    text = MONTH_NAMES[Number(month)] + " " + (steps - month) / 12n;
  }
  const mark = (figure.interpolated ? "~" : "") + (figure.about ? "c. " : "");
  if (negative) return mark + (inTable ? "(" + text + ")" : "-" + text);
  return mark + (figure.style === "change" && /[1-9]/.test(text) ? "+" : "") + text;
}

// A value as it is typed after --set PATH=: 2.5%, £1200000, 4.
function typed(unit, steps) {
  const sign = steps < 0n ? "-" : "";
  const plain = (value, scale, least) => trimmed(value, scale, least).replaceAll(",", "");
  if (unit === RATE) return sign + plain(steps * 100n, 9, 0) + "%";
  if (unit === MONEY) return sign + "£" + plain(steps, 2, 2).replace(/\.00$/, "");
  if (unit === UNIT_PRICE) return sign + "£" + plain(steps, 4, 0);
  return sign + plain(steps, SCALES[unit], 0);
}
