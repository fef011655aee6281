// Who is where at a time. `glide` is how many seconds it takes to be seen going from one
// place to the next where the recording knows no time for it: so nothing appears from nowhere.

function sceneOf(all) {
  const { stage, stops, areas } = all.data;
  const paths = new Map(stage.ways.map(([from, to, points]) => [from * 4096 + to, pathOf(points)]));
  const most = all.order.length;
  return {
    all,
    paths,
    x: new Float32Array(most),
    y: new Float32Array(most),
    size: new Float32Array(most),
    who: new Int32Array(most),
    drawn: 0,
    queue: new Int32Array(most), // ranks of those who wait
    waiting: new Int32Array(stops.length),
    inLanes: new Int32Array(stops.length),
    atWork: new Int32Array(stops.length),
    inAreas: new Int32Array(areas.length),
    outside: 0,
    inside: 0,
    staff: [],
  };
}

function pathOf(points) {
  const lengths = [0];
  for (let k = 1; k < points.length; k++) {
    const [a, b] = [points[k - 1], points[k]];
    lengths.push(lengths[k - 1] + Math.hypot(b[0] - a[0], b[1] - a[1]));
  }
  return { points, lengths };
}

function along(path, share) {
  const { points, lengths } = path;
  const length = lengths[lengths.length - 1] * Math.min(Math.max(share, 0), 1);
  const k = Math.min(Math.max(lastUpTo(lengths, length), 0), points.length - 2);
  const part = (length - lengths[k]) / (lengths[k + 1] - lengths[k] || 1);
  return between(points[k], points[k + 1], part);
}

const between = (a, b, u) => [a[0] + (b[0] - a[0]) * u, a[1] + (b[1] - a[1]) * u];
const eased = (u) => u * u * (3 - 2 * u);

// Fill the scene for a time, and count.
function look(scene, t, glide) {
  const { all } = scene;
  for (const name of ["waiting", "inLanes", "atWork", "inAreas"]) scene[name].fill(0);
  scene.drawn = scene.outside = scene.inside = 0;
  let queued = 0;
  const high = lastUpTo2(all, t);
  for (let k = lastUpTo(all.goneBy, t - glide) + 1; k <= high; k++) {
    const i = all.order[k];
    const gone = all.gone[i];
    if (gone + glide <= t) continue;
    const s = stretchAt(all, i, t);
    if (gone > t) count(scene, i, s, t);
    if (all.kind[s] === QUEUED) scene.queue[queued++] = all.rank[s];
    else put(scene, i, placeOf(scene, s, t, glide, scene.outside), sizeOf(scene, s));
  }
  standInQueues(scene, queued, t, glide);
  scene.staff = staffAt(scene, t, glide);
}

function lastUpTo2(all, t) {
  let low = 0, high = all.order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all.came[all.order[middle]] <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// The stretch of a traveller at a time; the last one found is remembered, since time goes on.
function stretchAt(all, i, t) {
  const first = all.first[i], last = all.first[i + 1] - 1;
  let s = all.cursor[i];
  while (s < last && all.end[s] <= t) s++;
  while (s > first && all.start[s] > t) s--;
  while (s < last && all.end[s] <= t) s++;
  return (all.cursor[i] = s);
}

function count(scene, i, s, t) {
  const { all } = scene;
  const { data } = all;
  const kind = all.kind[s], stop = all.stop[s], v = all.visit[s];
  scene.inside++;
  if (kind === AT_GATE) scene.outside++;
  if (kind === QUEUED) scene.waiting[stop]++;
  if (kind === IN_LANE) scene.inLanes[stop]++;
  if ((kind === QUEUED || kind === MOVING) && data.areaOf[stop] >= 0) {
    const queuedAt = kind === QUEUED ? all.start[s] : all.end[s];
    if (t >= queuedAt + (data.visits.placed?.[v] ?? 0)) scene.inAreas[data.areaOf[stop]]++;
  }
}

function put(scene, i, [x, y], size) {
  const k = scene.drawn++;
  scene.x[k] = x;
  scene.y[k] = y;
  scene.size[k] = size;
  scene.who[k] = i;
}

function sizeOf(scene, s) {
  const { all } = scene;
  const stop = all.data.stage.stops[all.stop[s]];
  if (all.kind[s] === IN_LANE) return Math.min(Math.max(stop.cell - 2, 1.5), 10);
  return all.kind[s] === AT_GATE ? 4 : 6;
}

// Where a traveller is drawn who doesn't stand in a queue.
function placeOf(scene, s, t, glide, number) {
  const { all } = scene;
  const passed = t - all.start[s], lasts = all.end[s] - all.start[s];
  switch (all.kind[s]) {
    case AT_GATE: {
      const slot = gateSlot(all.data.stage.arrival, number);
      return passed < glide ? between([0, slot[1]], slot, eased(passed / glide)) : slot;
    }
    case MOVING:
      return along(wayOf(scene, s), passed / Math.max(lasts, glide));
    case IN_LANE: {
      const cell = laneSlot(all, s);
      const seen = Math.min(glide, lasts / 3); // short checks are seen, too
      if (passed >= seen) return cell;
      return between(queueSlot(all, all.stop[s], 0), cell, eased(passed / seen));
    }
    default: {
      const [from, edge, out] = wayOut(all, s);
      const share = passed / Math.max(lasts, glide);
      return share < 0.7 ? between(from, edge, share / 0.7) : between(edge, out, (share - 0.7) / 0.3);
    }
  }
}

function wayOf(scene, s) {
  const { all, paths } = scene;
  return paths.get(all.from[s] * 4096 + all.stop[s]) ?? pathOf([gate(all), queueSlot(all, all.stop[s], 0)]);
}

const gate = (all) => {
  const [x, y, width, height] = all.data.stage.arrival;
  return [x + width, y + height / 2];
};

function gateSlot([x, y, width, height], number) {
  const columns = Math.floor((width - 16) / 5), rows = Math.floor((height - 44) / 5);
  const k = Math.min(number - 1, columns * rows - 1);
  return [x + 10 + 5 * (k % columns), y + 44 + 5 * Math.floor(k / columns)];
}

// The first of a queue stands next to the lanes, the others behind, up and down.
function queueSlot(all, stop, k) {
  const [x, y, width, height, place] = all.data.stage.stops[stop].queue;
  const rows = Math.max(Math.floor(height / place), 1), columns = Math.floor(width / place);
  const column = Math.min(Math.floor(k / rows), columns - 1);
  const row = column % 2 ? rows - 1 - (k % rows) : k % rows;
  return [x + width - place * (column + 0.5), y + place * (row + 0.5)];
}

function laneSlot(all, s) {
  const stop = all.data.stage.stops[all.stop[s]];
  const lane = stop.lanes[all.data.visits.lane[all.visit[s]] - stop.first] ?? stop.queue;
  return [lane[0] + stop.cell / 2, lane[1] + stop.cell / 2];
}

// From where, over which edge and to where one leaves for good.
function wayOut(all, s) {
  if (all.from[s] < 0) {
    const [x, y, width, height] = all.data.stage.arrival;
    return [[x + width / 2, y + height - 8], [x + width / 2, y + height], [x + width / 2, y + height + 14]];
  }
  const [x, y, width, height] = all.data.stage.stops[all.from[s]].box;
  const before = s > 0 && all.kind[s - 1] === IN_LANE ? laneSlot(all, s - 1) : queueSlot(all, all.from[s], 0);
  return [before, [x + width, y + height - 9], [x + width + 16, y + height - 9]];
}

function standInQueues(scene, queued, t, glide) {
  const { all } = scene;
  const ranks = scene.queue.subarray(0, queued).sort();
  let stop = -1, k = 0;
  for (const rank of ranks) {
    const s = all.ranked[rank];
    if (all.stop[s] !== stop) [stop, k] = [all.stop[s], 0];
    const slot = queueSlot(all, stop, k++);
    const size = Math.min(Math.max(all.data.stage.stops[stop].queue[4] - 1.5, 1.5), 7);
    put(scene, all.of[all.visit[s]], arriving(scene, s, slot, t, glide), size);
  }
}

// Who has just come to a queue is still seen on the way.
function arriving(scene, s, slot, t, glide) {
  const { all } = scene;
  const move = s - 1;
  if (move < 0 || all.kind[move] !== MOVING || all.visit[move] !== all.visit[s]) return slot;
  const seen = Math.max(all.end[move], all.start[move] + glide);
  if (t >= seen + glide / 2) return slot;
  if (t < seen) return along(wayOf(scene, move), (t - all.start[move]) / (seen - all.start[move]));
  return between(along(wayOf(scene, move), 1), slot, eased((2 * (t - seen)) / glide));
}

// Officers: on duty, at work, on a break, walking, coming and going.
function staffAt(scene, t, glide) {
  const { all } = scene;
  const found = [];
  const idle = new Map(), crew = new Map();
  for (const officer of all.officers) {
    const k = lastUpTo(officer.starts, t);
    const job = k >= 0 && officer.jobs[k].end > t ? officer.jobs[k] : null;
    const duty = officer.duty.find(([from, until]) => from <= t && t < until);
    if (job) {
      const stop = all.data.steps[all.data.visits.step[job.visit]].stop;
      scene.atWork[stop]++;
      const place = crewSlot(all, job.visit, stop, crew);
      found.push({ officer, place, state: "work" });
      continue;
    }
    const last = lastUpTo(officer.since, t);
    const stop = last < 0 ? -1 : officer.at[last][1];
    const ended = Math.max(...officer.duty.map(([, until]) => (until <= t ? until : -Infinity)), k < 0 ? -Infinity : officer.jobs[k].end);
    if (!duty) {
      if (stop >= 0 && t < ended + glide) {
        const place = between(staffSlot(all, stop, 0), door(all, stop), (t - ended) / glide);
        found.push({ officer, place, state: "off" });
      }
      continue;
    }
    const walk = officer.walks?.find(([, , from, until]) => from <= t && t < until);
    if (walk) {
      const [a, b] = [staffSlot(all, walk[0], 0), staffSlot(all, walk[1], 0)];
      const place = between(a, b, (t - walk[2]) / (walk[3] - walk[2]));
      found.push({ officer, place, state: "walk" });
      continue;
    }
    const number = idle.get(stop) ?? 0;
    idle.set(stop, number + 1);
    const slot = staffSlot(all, stop, number);
    const came = t - duty[0];
    const place = came < glide ? between(door(all, stop), slot, eased(came / glide)) : slot;
    const breaks = officer.takes && !isIn(officer.takes, t);
    found.push({ officer, place, state: breaks ? "break" : "idle" });
  }
  return found;
}

function staffSlot(all, stop, number) {
  const [x, y, apart] = all.data.stage.stops[stop].staff;
  return [x + apart * number, y];
}

function door(all, stop) {
  const [x, y, , height] = all.data.stage.stops[stop].box;
  return [x + 12, y + height + 8];
}

// An officer at work stands beside the vehicle in the lane; a second one next to the first.
function crewSlot(all, visit, stop, crew) {
  const place = all.data.stage.stops[stop];
  const lane = all.data.visits.lane[visit];
  const number = crew.get(lane) ?? 0;
  crew.set(lane, number + 1);
  const corner = place.lanes[lane - place.first] ?? place.queue;
  return [corner[0] + place.cell * 1.5 + 4 * number, corner[1] + place.cell / 2];
}

// Which lanes of a stop are open: by hours, and as disturbances say.
function openLanes(all, stop, t) {
  const { lanes, disturbances, stage } = all.data;
  const { first, lanes: places } = stage.stops[stop];
  const now = disturbances.filter((one) => isIn(one.times, t));
  if (now.some((one) => one.closed.includes(stop))) return places.map(() => false);
  const most = now.flatMap((one) => one.lanes).find(([where]) => where === stop);
  return places.map((_, k) => (most ? k < most[1] : isIn(lanes[first + k], t)));
}
