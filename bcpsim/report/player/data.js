// A recording unpacked: from text to what each traveller did, stretch by stretch.
// bcpsim/report/recording.py writes it. Times are whole seconds since the start.

const AT_GATE = 0, MOVING = 1, QUEUED = 2, IN_LANE = 3, LEAVING = 4;
const NOT_YET = 2 ** 30; // in place of a time that hadn't come when the recording ended

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text.trim()), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// Stretches lie in columns; those of traveller i are from first[i] to before first[i + 1].
function recordingOf(data) {
  const { travellers, visits, steps } = data;
  const n = travellers.came.length;
  const size = 3 * visits.step.length + 2 * n;
  const all = {
    data,
    n,
    first: new Int32Array(n + 1),
    came: new Int32Array(n),
    gone: new Int32Array(n).fill(NOT_YET),
    start: new Int32Array(size),
    end: new Int32Array(size),
    kind: new Uint8Array(size),
    from: new Int16Array(size), // a stop; -1: the arrival
    stop: new Int16Array(size), // where it is, or goes
    visit: new Int32Array(size).fill(-1),
    called: new Int32Array(visits.step.length),
    of: new Int32Array(visits.step.length), // whose visit
    vehicle: new Int32Array(n),
  };
  const never = new Set(travellers.never);
  let at = 0, v = 0, came = 0, vehicle = -1, split = -1;
  const add = (kind, start, end, from, stop, visit) => {
    all.start[at] = start;
    all.end[at] = end;
    all.kind[at] = kind;
    all.from[at] = from;
    all.stop[at] = stop;
    all.visit[at++] = visit;
  };
  for (let i = 0; i < n; i++) {
    came += travellers.came[i];
    vehicle += travellers.vehicle[i];
    split += travellers.split[i];
    all.first[i] = at;
    all.came[i] = came;
    all.vehicle[i] = vehicle;
    if (never.has(i)) {
      all.came[i] = NOT_YET;
      continue;
    }
    let last = came, known = came;
    let here = vehicle >= 0 ? steps[split].stop : -1;
    for (let k = 0; k < travellers.visits[i]; k++, v++) {
      const stop = steps[visits.step[v]].stop;
      const queued = known + visits.gap[v];
      if (k === 0 && here < 0) {
        const sets = queued - Math.min(visits.gap[v], travellers.move[i]);
        if (sets > last) add(AT_GATE, last, sets, -1, -1, -1);
        last = sets;
      }
      add(MOVING, last, queued, here, stop, v);
      const called = visits.wait[v] < 0 ? NOT_YET : queued + visits.wait[v];
      add(QUEUED, queued, called, here, stop, v);
      all.called[v] = called;
      all.of[v] = i;
      known = called < NOT_YET ? called : queued;
      if (visits.lane[v] >= 0) {
        const left = visits.stay[v] < 0 ? NOT_YET : called + visits.stay[v];
        add(IN_LANE, called, left, stop, stop, v);
        if (left < NOT_YET) known = left;
      }
      here = stop;
      last = all.end[at - 1];
    }
    if (travellers.gone[i] >= 0) {
      all.gone[i] = known + travellers.gone[i];
      for (let s = all.first[i]; s < at; s++) all.end[s] = Math.min(all.end[s], all.gone[i]);
      add(LEAVING, Math.min(last, all.gone[i]), all.gone[i], here, here, -1);
    }
  }
  all.first[n] = at;
  inOrder(all);
  ranked(all, at);
  workOf(all);
  return all;
}

// Who may be there at a time: those who came by then, without those before whom all have gone.
function inOrder(all) {
  const order = [];
  for (let i = 0; i < all.n; i++) if (all.came[i] < NOT_YET) order.push(i);
  order.sort((a, b) => all.came[a] - all.came[b] || a - b);
  all.order = Int32Array.from(order);
  all.cursor = Int32Array.from(all.first.subarray(0, all.n));
  all.goneBy = new Int32Array(order.length); // the last of all up to here
  let latest = -NOT_YET;
  order.forEach((i, k) => (all.goneBy[k] = latest = Math.max(latest, all.gone[i])));
}

// The order of those who wait at a stop: the first is who is called first.
function ranked(all, count) {
  const queues = [];
  for (let s = 0; s < count; s++) if (all.kind[s] === QUEUED) queues.push(s);
  queues.sort(
    (a, b) =>
      all.stop[a] - all.stop[b] || all.end[a] - all.end[b] || all.start[a] - all.start[b] || a - b,
  );
  all.ranked = Int32Array.from(queues);
  all.rank = new Int32Array(count);
  queues.forEach((s, rank) => (all.rank[s] = rank));
}

// Officers: what each does from when to when, and at which stop each is.
function workOf(all) {
  const { data } = all;
  const { work, visits, officers, steps } = data;
  all.officers = officers.map((officer) => ({ ...officer, jobs: [], at: [] }));
  let k = 0;
  for (let v = 0; v < work.count.length; v++) {
    const stay = visits.stay[v];
    const done = stay < 0 ? data.end : all.called[v] + stay - visits.held[v];
    for (let c = 0; c < work.count[v]; c++, k++) {
      const job = { start: all.called[v] + work.after[k], end: done - work.before[k], visit: v };
      all.officers[work.officer[k]].jobs.push(job);
    }
  }
  for (const officer of all.officers) {
    officer.jobs.sort((a, b) => a.start - b.start);
    officer.starts = officer.jobs.map((job) => job.start);
    for (const [from] of officer.duty) officer.at.push([from, data.groups[officer.group].base]);
    for (const [, to, , until] of officer.walks ?? []) officer.at.push([until, to]);
    for (const job of officer.jobs) officer.at.push([job.start, steps[visits.step[job.visit]].stop]);
    officer.at.sort((a, b) => a[0] - b[0]);
    officer.since = officer.at.map(([time]) => time);
  }
}

// The place of the last number that isn't above a value; -1: all are.
function lastUpTo(numbers, value) {
  let low = 0, high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const isIn = (times, t) => times.some(([from, until]) => from <= t && t < until);

// The local clock: `clock` says from which second on what is added to the seconds.
function localSeconds(data, t) {
  const [, added] = data.clock.findLast(([from]) => from <= t) ?? data.clock[0];
  return t + added;
}

function secondsOf(data, local) {
  for (const [k, [from, added]] of data.clock.entries()) {
    const until = data.clock[k + 1]?.[0] ?? Infinity;
    if (local - added < until) return Math.min(Math.max(local - added, from), data.end);
  }
  return data.end;
}

const inIso = (data, t) => new Date(localSeconds(data, Math.floor(t)) * 1000).toISOString();
