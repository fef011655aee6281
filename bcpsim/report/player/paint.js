// The scene painted: lanes, travellers as squares in the colour of their class, officers as dots.

function paint(scene, context, scale, look, t, followed) {
  const { all } = scene;
  const { stage, travellers } = all.data;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, stage.width, stage.height);
  stage.stops.forEach((stop, k) => paintLanes(all, context, look, stop, openLanes(all, k, t)));
  for (let colour = 0; colour < look.classes.length; colour++) {
    context.fillStyle = look.classes[colour];
    for (let k = 0; k < scene.drawn; k++) {
      if (travellers.class[scene.who[k]] % look.classes.length !== colour) continue;
      const size = scene.size[k];
      context.fillRect(scene.x[k] - size / 2, scene.y[k] - size / 2, size, size);
    }
  }
  for (const one of scene.staff) paintOfficer(context, look, one);
  for (let k = 0; k < scene.drawn; k++) {
    if (scene.who[k] === followed) ring(context, look, scene.x[k], scene.y[k]);
  }
}

function paintLanes(all, context, look, stop, open) {
  const size = Math.max(stop.cell - 1, 1);
  context.fillStyle = look.ink;
  for (const [x, y] of stop.lanes) context.fillRect(x, y, size, size);
  const inner = size > 3 ? size - 1.6 : size - 0.6;
  const edge = (size - inner) / 2;
  context.fillStyle = look.paper;
  stop.lanes.forEach(([x, y], k) => open[k] && context.fillRect(x + edge, y + edge, inner, inner));
  context.fillStyle = look.closed;
  stop.lanes.forEach(([x, y], k) => open[k] || context.fillRect(x + edge, y + edge, inner, inner));
}

function paintOfficer(context, look, { place, state }) {
  context.beginPath();
  context.arc(place[0], place[1], 3, 0, 2 * Math.PI);
  context.fillStyle = state === "break" ? look.paper : look.officer;
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = look.ink;
  context.stroke();
}

function ring(context, look, x, y) {
  context.lineWidth = 2;
  context.strokeStyle = look.accent;
  context.beginPath();
  context.arc(x, y, 8, 0, 2 * Math.PI);
  context.stroke();
}

// Colours of the page, light or dark.
function looks(element, classes) {
  const style = getComputedStyle(element);
  const colour = (name) => style.getPropertyValue(name).trim();
  const ink = colour("--ink");
  return {
    ink,
    paper: colour("--paper"),
    closed: colour("--rule"),
    accent: colour("--accent"),
    officer: colour("--officer"),
    classes: classes.map((one) => (one === "#000000" ? ink : one)),
  };
}
