// What became of a traveller, in words: pairs of a second and what happened then.

function storyOf(all, i) {
  const { data } = all;
  const told = [];
  if (all.came[i] === NOT_YET) return told;
  const persons = data.travellers.persons[i];
  const kind = data.classes[data.travellers.class[i]];
  const from = all.vehicle[i] < 0 ? "arrives" : `gets out of number ${all.vehicle[i]}`;
  told.push([all.came[i], `${kind}${persons === 1 ? "" : `, ${persons} persons`}: ${from}`]);
  for (let s = all.first[i]; s < all.first[i + 1]; s++) {
    const stop = data.stops[all.stop[s]];
    const start = all.start[s], end = all.end[s];
    const lasts = end < NOT_YET ? inWords(end - start) : "until the end";
    switch (all.kind[s]) {
      case AT_GATE:
        told.push([start, `stands outside ${lasts}`]);
        break;
      case MOVING:
        if (end - start > 1) told.push([start, `on the way to ${stop} ${lasts}`]);
        break;
      case QUEUED:
        told.push([start, end > start ? `waits at ${stop} ${lasts}` : `comes to ${stop}`]);
        break;
      case IN_LANE:
        told.push(...checks(all, s, stop));
        break;
      default:
        told.push([end, data.outcomes[data.travellers.outcome[i]]]);
    }
  }
  if (all.gone[i] === NOT_YET) told.push([data.end, data.outcomes[0]]);
  return told;
}

function* checks(all, s, stop) {
  const { data } = all;
  const v = all.visit[s];
  const lane = data.visits.lane[v] - data.stage.stops[all.stop[s]].first + 1;
  const crew = all.officers.flatMap((officer) =>
    officer.jobs.filter((job) => job.visit === v).map((job) => ({ officer, job })),
  );
  const by = [...new Set(crew.map(({ officer }) => `${officer.name} (${data.groups[officer.group].agency})`))];
  const lasts = all.end[s] < NOT_YET ? inWords(all.end[s] - all.start[s]) : "until the end";
  const work = data.steps[data.visits.step[v]].work;
  yield [all.start[s], `in lane ${lane} of ${stop} ${lasts}: ${work}${by.length ? `, by ${by.join(", ")}` : ""}`];
  const held = data.visits.held[v];
  if (held > 0 && all.end[s] < NOT_YET) yield [all.end[s] - held, `done, and held in the lane ${inWords(held)}`];
}

function inWords(seconds) {
  if (seconds < 60) return `for ${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 180 ? `for ${minutes} min` : `for ${(seconds / 3600).toFixed(1)} h`;
}
