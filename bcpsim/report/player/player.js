// The player: buttons, time, and what is shown of one or more ways of working in step.

const SMOOTH = 0.2; // seconds of the reader's time that a glide takes
const TEXT_EVERY = 200; // milliseconds between changes of words while it plays
const still = matchMedia("(prefers-reduced-motion: reduce)");

class Player {
  constructor(root, recordings) {
    this.root = root;
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.colours = JSON.parse(root.dataset.colours);
    this.ways = [...root.querySelectorAll(".r-way")].map((element, k) => {
      const all = recordingOf(recordings[k]);
      return { element, all, scene: sceneOf(all), canvas: element.querySelector("canvas") };
    });
    this.data = this.ways[0].all.data;
    this.end = Math.max(...this.ways.map(({ all }) => all.data.end));
    this.time = 0;
    this.playing = false;
    this.followed = -1;
    this.told = 0;
    this.listen();
    this.resize();
    root.hidden = false;
    this.jump(0);
  }

  get speed() {
    return Number(this.part("speed").value);
  }

  get glide() {
    return still.matches ? 1e-6 : SMOOTH * this.speed;
  }

  listen() {
    this.part("play").addEventListener("click", () => (this.playing ? this.pause() : this.play()));
    this.part("slider").addEventListener("input", (event) => this.jump(Number(event.target.value)));
    this.part("time").addEventListener("change", (event) => {
      const local = Date.parse(`${event.target.value}Z`) / 1000;
      if (Number.isFinite(local)) this.jump(secondsOf(this.data, local));
      else this.tell();
    });
    this.part("busiest").addEventListener("click", () => this.jump(Number(this.root.dataset.busiest)));
    this.part("speed").addEventListener("change", () => this.draw());
    this.part("follow").addEventListener("change", (event) => {
      this.follow(event.target.value === "" ? -1 : Number(event.target.value));
    });
    for (const way of this.ways) {
      way.canvas.addEventListener("click", (event) => this.pick(way, event));
      const box = this.root.querySelector(`input[data-way="${way.element.dataset.way}"]`);
      box?.addEventListener("change", () => {
        way.element.hidden = !box.checked;
        this.resize();
        this.jump(this.time);
      });
    }
    new ResizeObserver(() => this.resize()).observe(this.root);
    for (const query of ["(prefers-color-scheme: dark)", "print"]) {
      matchMedia(query).addEventListener("change", () => this.resize());
    }
  }

  resize() {
    this.look = looks(this.root, this.colours);
    for (const { canvas, all, element } of this.ways) {
      if (element.hidden) continue;
      const width = canvas.clientWidth;
      const ratio = Math.min(devicePixelRatio, 2);
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round((width * ratio * all.data.stage.height) / all.data.stage.width);
    }
    this.draw();
  }

  play() {
    if (this.time >= this.end) this.time = 0;
    this.playing = true;
    this.part("play").textContent = "Pause";
    this.part("now").setAttribute("aria-live", "off");
    let last = performance.now();
    const step = (now) => {
      if (!this.playing) return;
      const passed = Math.min(now - last, 250);
      if (!still.matches || passed >= 250) {
        last = now;
        this.time = Math.min(this.time + (passed / 1000) * this.speed, this.end);
        this.draw();
        if (now - this.told >= TEXT_EVERY) {
          this.told = now;
          this.tell();
        }
        if (this.time >= this.end) this.pause();
      }
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  pause() {
    this.playing = false;
    this.part("play").textContent = "Play";
    this.part("now").setAttribute("aria-live", "polite");
    this.jump(Math.floor(this.time));
  }

  jump(time) {
    this.time = Math.min(Math.max(time, 0), this.end);
    this.draw();
    this.tell();
  }

  draw() {
    for (const { scene, canvas, all, element } of this.ways) {
      if (element.hidden) continue;
      look(scene, this.time, this.glide);
      const scale = canvas.width / all.data.stage.width;
      paint(scene, canvas.getContext("2d"), scale, this.look, this.time, this.followed);
    }
  }

  // Words and figures for the time.
  tell() {
    const clock = inIso(this.data, this.time);
    this.part("time").value = clock.slice(0, 19);
    this.part("slider").value = String(Math.floor(this.time));
    const day = new Date(Date.parse(clock)).toLocaleDateString("en-GB", { weekday: "long", timeZone: "UTC" });
    this.part("slider").setAttribute("aria-valuetext", `${day} ${clock.slice(11, 16)}`);
    const said = this.ways.filter(({ element }) => !element.hidden).map((way) => this.tellWay(way));
    this.part("now").textContent = `${day} ${clock.slice(11, 19)}. ${said.join(" ")}`;
  }

  tellWay({ element, all, scene }) {
    const { data } = all;
    const waiting = scene.waiting.reduce((sum, one) => sum + one, 0);
    const lanes = scene.inLanes.reduce((sum, one) => sum + one, 0);
    data.stops.forEach((_, k) => {
      const open = openLanes(all, k, this.time).filter(Boolean).length;
      const cells = [scene.waiting[k], scene.inLanes[k], open, scene.atWork[k]];
      element.querySelectorAll(`[data-row="${k}"] td`).forEach((cell, c) => written(cell, cells[c]));
      const area = data.areas[data.areaOf[k]];
      const inside = open ? `${scene.inLanes[k]} in ${open} lanes` : `${scene.inLanes[k]} inside · closed`;
      written(element.querySelector(`[data-stop="${k}"]`), `${scene.waiting[k]} waiting · ${inside}`);
      if (area?.places == null) return;
      const taken = `${scene.inAreas[data.areaOf[k]]} of ${area.places} places taken`;
      written(element.querySelector(`[data-area="${k}"]`), taken);
    });
    written(element.querySelector("[data-arrival]"), scene.outside ? `${scene.outside} outside` : "");
    this.tellGroups(element, all);
    written(element.querySelector('[data-part="events"]'), this.happening(data));
    const name = element.dataset.name ? `${element.dataset.name}: ` : "";
    return `${name}${scene.inside} ${data.counted} inside, ${waiting} waiting, ${lanes} in lanes.`;
  }

  tellGroups(element, all) {
    const duty = all.data.groups.map(() => 0);
    for (const officer of all.officers) if (isIn(officer.duty, this.time)) duty[officer.group]++;
    duty.forEach((number, k) => written(element.querySelector(`[data-group="${k}"] td`), number));
  }

  // Disturbances in force, and equipment out of use.
  happening(data) {
    const now = data.disturbances.filter((one) => isIn(one.times, this.time)).map((one) => one.title);
    for (const kind of data.out) {
      const out = kind.times.filter((times) => isIn(times, this.time)).length;
      if (out) now.push(`${kind.title}: ${out} of ${kind.count} out of use`);
    }
    return now.length ? `Now: ${now.join("; ")}` : "";
  }

  pick(way, event) {
    const { canvas, scene, all } = way;
    const scale = all.data.stage.width / canvas.clientWidth;
    const [x, y] = [event.offsetX * scale, event.offsetY * scale];
    let nearest = 15, found = -1;
    for (let k = 0; k < scene.drawn; k++) {
      const away = Math.hypot(scene.x[k] - x, scene.y[k] - y);
      if (away < nearest) [nearest, found] = [away, scene.who[k]];
    }
    if (found >= 0) this.follow(found);
  }

  follow(number) {
    this.followed = number;
    this.part("follow").value = number < 0 ? "" : String(number);
    for (const { element, all } of this.ways) {
      const list = element.querySelector(".r-story");
      const known = Number.isInteger(number) && number >= 0 && number < all.n;
      const told = known ? storyOf(all, number) : [];
      list.replaceChildren(...told.map((line) => this.line(line)));
      const head = element.querySelector('[data-part="whose"]');
      const title = known && told.length ? `Number ${number}` : `There is no number ${number}`;
      written(head, number < 0 ? "" : title);
    }
    this.draw();
  }

  line([time, words]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = inIso(this.data, time).slice(11, 19);
    button.addEventListener("click", () => this.jump(time));
    const item = document.createElement("li");
    item.append(button, ` ${words}`);
    return item;
  }
}

function written(element, text) {
  if (element.textContent !== String(text)) element.textContent = text;
}

for (const root of document.querySelectorAll(".replay")) {
  const texts = [...root.querySelectorAll(".r-data")].map((one) => one.textContent);
  root.player = new Player(root, await Promise.all(texts.map(unpacked)));
}
