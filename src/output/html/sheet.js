// The sheet, computed as src/sheet/evaluate.rs computes it: whole steps, one rounding a cell, half away
// from nought. Whole numbers here have no end, so what would not fit there is refused here by name.

const LARGEST = (1n << 96n) - 1n;
const WIDEST = (1n << 127n) - 1n;
const SCALES = [2, 9, 4, 4, 9, 0];
const TENS = Array.from({ length: 39 }, (_, n) => 10n ** BigInt(n));

class Refusal extends Error {}
const TOO_LARGE = "the figure is too large to hold exactly";
const BY_NOUGHT = "the formula divides by nought";

const abs = (x) => (x < 0n ? -x : x);
const tenTo = (n) => TENS[Math.min(n, 38)];
const fits = (x) => x <= WIDEST && x >= -WIDEST - 1n;
function hold(x) {
  if (abs(x) > LARGEST) throw new Refusal(TOO_LARGE);
  return x;
}

// Above over below, rounded once.
function divide(above, below) {
  if (below === 0n) throw new Refusal(BY_NOUGHT);
  const quotient = above / below;
  const left = abs(above % below);
  const away = left * 2n >= abs(below) ? (above < 0n === below < 0n ? 1n : -1n) : 0n;
  return hold(quotient + away);
}

// The product of all, or null where it does not fit on the way.
function multiply(values) {
  if (values.includes(0n)) return 0n;
  let all = 1n;
  for (const value of values) {
    all *= value;
    if (!fits(all)) return null;
  }
  return all;
}

function common(a, b) {
  a = abs(a);
  b = abs(b);
  while (b !== 0n) [a, b] = [b, a % b];
  return a > 1n && fits(a) ? a : 1n;
}

// A product whose plain products do not fit: common factors go first.
function longProduct(factors, divisors) {
  const above = multiply(factors);
  const below = multiply(divisors);
  if (above !== null && below !== null) return divide(above, below);
  if (divisors.includes(0n)) throw new Refusal(BY_NOUGHT);
  for (let d = 0; d < divisors.length; d++) {
    for (let f = 0; f < factors.length; f++) {
      const shared = common(factors[f], divisors[d]);
      factors[f] /= shared;
      divisors[d] /= shared;
    }
  }
  const shorter = [multiply(factors), multiply(divisors)];
  if (shorter.includes(null)) throw new Refusal(TOO_LARGE);
  return divide(shorter[0], shorter[1]);
}

class Sheet {
  constructor(data) {
    this.units = [];
    this.decimals = [];
    this.rowStart = [];
    for (let at = 0; at < data.rows.length; at += 3) {
      this.rowStart.push(this.units.length);
      for (let n = 0; n < data.rows[at]; n++) {
        this.units.push(data.rows[at + 1]);
        this.decimals.push(data.rows[at + 2]);
      }
    }
    const count = this.units.length;
    const over = (ranges) => {
      const is = new Uint8Array(count);
      for (let at = 0; at < ranges.length; at += 2) is.fill(1, ranges[at], ranges[at] + ranges[at + 1]);
      return is;
    };
    this.unpublished = over(data.unpublished);
    this.interpolated = over(data.interpolated);
    this.about = new Uint8Array(count);
    for (let at = 0; at < data.about.length; at += 2) this.about[data.about[at]] = data.about[at + 1];
    this.read(data.formulas);
    this.inputs = this.readInputs(data);
    this.sort();
    this.values = [this.evaluate(0), this.evaluate(1)];
  }

  // Formulas: of each cell its kind, and its terms as [how, cell or number].
  read(stream) {
    this.kinds = [];
    this.terms = [];
    for (let at = 0; at < stream.length; ) {
      const [kind, cells, terms] = [stream[at], stream[at + 1], stream[at + 2]];
      for (let n = 0; n < cells; n++) {
        const own = this.kinds.length;
        this.kinds.push(kind);
        const list = [];
        for (let t = 0; t < terms; t++) {
          const [how, of] = [stream[at + 3 + 2 * t], stream[at + 4 + 2 * t]];
          list.push([how, how >= 5 ? BigInt(of) : own - of]);
        }
        this.terms.push(list);
      }
      at += 3 + 2 * terms;
    }
  }

  // What is given, in both runs, by cell.
  readInputs(data) {
    const cells = [];
    this.kinds.forEach((kind, cell) => kind === 0 && cells.push(cell));
    const plan = new Map(cells.map((cell, n) => [cell, BigInt(data.inputs[n])]));
    const adjusted = new Map(plan);
    for (let at = 0; at < data.adjusted.length; at += 2) adjusted.set(cells[data.adjusted[at]], BigInt(data.adjusted[at + 1]));
    return [plan, adjusted];
  }

  // Every cell after what it depends on; and who reads each cell.
  sort() {
    const waiting = new Uint32Array(this.kinds.length);
    this.readers = this.kinds.map(() => []);
    this.terms.forEach((terms, cell) => {
      for (const [how, of] of terms) {
        if (how < 5) {
          waiting[cell]++;
          this.readers[of].push(cell);
        }
      }
    });
    this.order = [];
    waiting.forEach((n, cell) => n === 0 && this.order.push(cell));
    for (let at = 0; at < this.order.length; at++) {
      for (const reader of this.readers[this.order[at]]) if (--waiting[reader] === 0) this.order.push(reader);
    }
  }

  // What must be computed again when these cells move, in order.
  reach(cells) {
    const touched = new Uint8Array(this.kinds.length);
    for (const cell of cells) touched[cell] = 1;
    for (const cell of this.order) if (touched[cell]) for (const reader of this.readers[cell]) touched[reader] = 1;
    return this.order.filter((cell) => touched[cell] && !this.unpublished[cell]);
  }

  evaluate(run) {
    const values = new Array(this.kinds.length).fill(0n);
    this.compute(run, this.order, values);
    return values;
  }

  compute(run, cells, values) {
    for (const cell of cells) if (!this.unpublished[cell]) values[cell] = this.one(run, cell, values);
  }

  one(run, cell, values) {
    const terms = this.terms[cell];
    const value = (n) => values[terms[n][1]];
    switch (this.kinds[cell]) {
      case 0:
        return this.inputs[run].get(cell);
      case 2: {
        let total = 0n;
        for (const [how, of] of terms) total += how === 1 ? -values[of] : values[of];
        return hold(total);
      }
      case 3: {
        let total = 0n;
        for (let n = 0; n + 1 < terms.length; n += 2) {
          const product = value(n) * value(n + 1);
          total += product;
          if (!fits(product) || !fits(total)) throw new Refusal(TOO_LARGE);
        }
        return divide(total, tenTo(terms.length ? SCALES[this.units[terms[0][1]]] : 0));
      }
      case 4:
        return this.product(cell, terms, values);
      case 5:
        return terms.map((_, n) => value(n)).reduce((a, b) => (b < a ? b : a), terms.length ? value(0) : 0n);
      case 6:
        return terms.map((_, n) => value(n)).reduce((a, b) => (b > a ? b : a), terms.length ? value(0) : 0n);
      case 7: {
        const most = value(0) < value(2) ? value(0) : value(2);
        return most > value(1) ? most : value(1);
      }
      case 8: {
        const [x, step] = [value(0), value(1)];
        if (step <= 0n) throw new Refusal(BY_NOUGHT);
        const left = ((x % step) + step) % step;
        return hold(x - left);
      }
      case 9:
        return value(0) >= 0n ? value(1) : value(2);
      default:
        return 0n;
    }
  }

  // All factors over all divisors at the decimals the cell is rounded to, held at those of its unit.
  product(cell, terms, values) {
    const held = SCALES[this.units[cell]];
    const rounded = this.decimals[cell];
    let surplus = -rounded;
    const factors = [];
    const divisors = [];
    for (const [how, of] of terms) {
      if (how >= 5) {
        (how === 5 ? divisors : factors).push(of);
        continue;
      }
      const scale = SCALES[this.units[of]];
      const x = values[of];
      if (how === 2) factors.push(tenTo(scale) + x);
      else if (how === 3) factors.push(tenTo(scale) - x);
      else (how === 4 ? divisors : factors).push(x);
      surplus += how === 4 ? -scale : scale;
    }
    const spare = Math.abs(surplus);
    if (spare > 106) throw new Refusal(TOO_LARGE);
    const list = surplus >= 0 ? divisors : factors;
    const parts = [Math.min(spare, 30), Math.min(Math.max(spare - 30, 0), 38), Math.min(Math.max(spare - 68, 0), 38)];
    for (const part of parts) if (part > 0) list.push(tenTo(part));
    const result = longProduct(factors, divisors) * tenTo(held - rounded);
    return hold(result);
  }
}
