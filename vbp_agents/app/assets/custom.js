// What components in `vue/` share, and what the map does.
//
// Charts: ticks of an axis, and files and pictures that the browser makes itself.
;(function () {
  // round numbers from low to high, about `count` of them or multiples of `multiple`; and the step between them
  function ticks(low, high, count, multiple) {
    const raw = (high - low) / count
    const power = Math.pow(10, Math.floor(Math.log10(raw)))
    const step = multiple ? multiple * Math.max(1, Math.round(raw / multiple)) : [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999)
    const found = []
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) found.push(Number((i * step).toPrecision(12)))
    return [found, step]
  }
  function file(blob, name) {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(blob)
    link.download = name
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 1000)
  }
  function named(title, kind) {
    return title.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') + '.' + kind
  }
  // a text within markup
  function escaped(text) {
    return String(text).replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }[c]))
  }
  // A chart as a picture of its own, kind svg or png: title, unit and `legend` (markup of one line) above what is drawn in
  // `svg`, and the page's colors put in.
  async function picture(svg, { title, unit, width, height, legend = '' }, kind) {
    const style = getComputedStyle(svg)
    const colored = (markup) => markup.replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim())
    const top = legend ? 76 : 56
    const [wide, high] = [width + 24, height + top + 8]
    const words = `<text x="12" y="24" font-size="15" font-weight="700" fill="var(--ink)">${escaped(title)}</text><text x="12" y="42">${escaped(unit)}</text><g transform="translate(12 60)">${legend}</g>`
    const text = colored(`<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}" font-family="Roboto, Helvetica, Arial, sans-serif" font-size="12" fill="var(--muted)"><rect width="100%" height="100%" fill="var(--surface)"/>${words}<g transform="translate(12 ${top})">${svg.innerHTML}</g></svg>`)
    const drawn = new Blob([text], { type: 'image/svg+xml' })
    if (kind === 'svg') return file(drawn, named(title, kind))
    const image = new Image()
    image.src = URL.createObjectURL(drawn)
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = 3 * wide
    canvas.height = 3 * high
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height)
    URL.revokeObjectURL(image.src)
    canvas.toBlob((blob) => file(blob, named(title, kind)))
  }
  window.vbpChart = { ticks, file, named, escaped, picture }
})()

// What the map (`vue/map.vue`) does besides drawing people: reading the film, playing and saving it, lines and names, and
// being pointed at by mouse and keyboard.
// What comes in is binary: `film` has a byte a month and person (low four bits: a level of what is colored; high four: an
// event), `moves` where people are seated (12 bytes a record: person u32, practice u16, seat u16, home x u16, y u16), of
// which month 0 has everybody's. Playing asks the server for nothing.
;(function () {
  const GOLDEN = Math.PI * (3 - Math.sqrt(5))
  const film = {
    // another run begins at its latest month; another world of the same run stays at its month, and people travel
    start() {
      const n = this.spec.people
      const same = this.shownRun === this.spec.pair && this.to && this.to.length === 2 * n
      this.shownRun = this.spec.pair
      this.states = []
      this.seats = []
      this.ready = 0
      if (!same) {
        this.month = 0
        this.playing = false
        this.goal = typeof this.spec.opens === 'number' ? this.spec.opens : null // the month that the link names
        this.follows = this.goal === null
        this.from = new Float32Array(2 * n)
        this.to = new Float32Array(2 * n)
      }
      this.load(same)
      if (this.spec.plays && !this.still.matches) this.play()
    },
    load(travel) {
      const n = this.spec.people
      const film = new Uint8Array(this.film.buffer, this.film.byteOffset, this.film.byteLength)
      const months = n ? Math.floor(film.length / n) : 0
      let record = 0
      for (let m = 0; m < months; m++) {
        this.states[m] = film.subarray(m * n, (m + 1) * n)
        const count = this.spec.counts[m] || 0
        this.seats[m] = this.seated(this.moves, record, count, m)
        record += count
      }
      this.ready = Math.max(0, this.states.length - 1)
      this.show(Math.min(this.next(), this.ready), travel === true)
    },
    // everybody's seats in a month: those of the month before, and what moved
    seated(view, first, count, month) {
      const n = this.spec.people
      const before = this.seats[month - 1]
      if (before && !count) return before
      const seats = before ? before.slice() : new Uint16Array(4 * n)
      for (let i = first; i < first + count; i++) {
        const at = 12 * i
        const row = view.getUint32(at, true)
        for (let j = 0; j < 4; j++) seats[4 * row + j] = view.getUint16(at + 4 + 2 * j, true)
      }
      return seats
    },
    // months that are computed just now: of each u32 month, u32 moves, a byte a person, the moves
    receive(view) {
      const n = this.spec.people
      let at = 0
      while (view && view.byteLength >= at + 8 + n) {
        const month = view.getUint32(at, true)
        const moves = view.getUint32(at + 4, true)
        if (!this.seats[month - 1]) return this.behind(month)
        this.states[month] = new Uint8Array(view.buffer, view.byteOffset + at + 8, n).slice()
        this.seats[month] = this.seated(new DataView(view.buffer, view.byteOffset + at + 8 + n), 0, moves, month)
        this.ready = Math.max(this.ready, month)
        at += 8 + n + 12 * moves
      }
      const next = Math.min(this.next(), this.ready)
      if (at && !this.playing && next > this.month) this.show(next, false)
    },
    // which month is shown while months come: the latest, or the one that a link or a visitor went to
    next() {
      return this.follows ? this.ready : this.goal === null ? this.month : this.goal
    },
    // where each person is, in units of the map (1 is its width)
    place(month, out) {
      const seats = this.seats[month]
      if (!seats) return
      const n = this.spec.people
      const places = this.spec.practices
      if (this.layout === 'place') {
        for (let i = 0; i < n; i++) {
          out[2 * i] = 0.02 + (0.96 * seats[4 * i + 2]) / 65535
          out[2 * i + 1] = 0.02 + (0.96 * seats[4 * i + 3]) / 65535
        }
        return
      }
      for (let i = 0; i < n; i++) {
        const p = places[seats[4 * i]]
        const seat = seats[4 * i + 1]
        const r = this.spec.spacing * Math.sqrt(seat + 0.5)
        out[2 * i] = p.x + r * Math.cos(seat * GOLDEN)
        out[2 * i + 1] = p.y + r * Math.sin(seat * GOLDEN)
      }
    },
  }
  const pointing = {
    // from the screen to units of the map
    unit(event) {
      const box = this.$refs.canvas.getBoundingClientRect()
      const { ratio } = this.size
      const { side, left, top } = this.frame()
      return [((event.clientX - box.left) * ratio - left) / side, ((event.clientY - box.top) * ratio - top) / side, side / ratio]
    },
    find(event) {
      const [x, y, side] = this.unit(event)
      const reach = Math.max(5 / side, this.spec.spacing) ** 2
      let best = null
      let least = reach
      for (let i = 0; i < this.spec.people; i++) {
        const d = (this.to[2 * i] - x) ** 2 + (this.to[2 * i + 1] - y) ** 2
        if (d < least) {
          least = d
          best = i
        }
      }
      const practice = this.spec.practices.find((p) => {
        const [px, py] = this.spot(p)
        return (px - x) ** 2 + (py - y) ** 2 < (this.layout === 'panel' ? p.r : 8 / side) ** 2
      })
      if (practice && (this.layout === 'place' || best === null || practice.kind !== 'primary')) return { kind: 'practice', id: practice.id, text: practice.title }
      if (best !== null) return { kind: 'person', id: best, text: 'a person' + (practice ? ' of ' + practice.title : '') }
      return null
    },
    press(event) {
      this.dragged = { x: event.clientX, y: event.clientY, view: { ...this.view }, far: false }
    },
    point(event) {
      if (this.dragged && event.buttons && this.view.k > 1) {
        const dx = event.clientX - this.dragged.x
        const dy = event.clientY - this.dragged.y
        if (Math.abs(dx) + Math.abs(dy) > 4) this.dragged.far = true
        this.look({ ...this.dragged.view, x: this.dragged.view.x + dx, y: this.dragged.view.y + dy })
        return
      }
      const found = this.find(event)
      const box = this.$refs.canvas.getBoundingClientRect()
      this.tip = found ? { text: found.text, x: Math.min(event.clientX - box.left + 12, box.width - 190), y: event.clientY - box.top + 14 } : null
    },
    leave() {
      this.tip = null
      this.dragged = null
    },
    release(event) {
      const far = this.dragged && this.dragged.far
      this.dragged = null
      if (!far) this.choose(this.find(event))
    },
    choose(found) {
      this.spoken = found ? found.text + ' is chosen' : ''
      this.picked_on_map(found ? { kind: found.kind, id: found.id, month: this.month } : null)
    },
    look(view) {
      const { width, height } = this.size
      const limit = (value, length) => Math.min(0, Math.max(length * (1 - view.k), value))
      this.view = { k: view.k, x: limit(view.x, width), y: limit(view.y, height) }
      this.draw()
    },
    zoom(factor, x = this.size.width / 2, y = this.size.height / 2) {
      const k = Math.min(12, Math.max(1, this.view.k * factor))
      const f = k / this.view.k
      this.look({ k, x: x - (x - this.view.x) * f, y: y - (y - this.view.y) * f })
    },
    wheel(event) {
      if (!event.ctrlKey && !this.focused) return
      event.preventDefault()
      const box = this.$refs.canvas.getBoundingClientRect()
      this.zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.clientX - box.left, event.clientY - box.top)
    },
    key(event) {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
      if (event.key === 'Enter' && this.at) this.choose(this.at)
      else if (event.key === ' ') this.playing ? this.pause() : this.play()
      else if (event.key === 'Escape') this.choose(null)
      else if (step && event.shiftKey) this.nextPerson(step[0] + step[1])
      else if (step) this.nextPractice(step)
      else return
      event.preventDefault()
    },
    nextPractice([dx, dy]) {
      const list = this.spec.practices.filter((p) => p.kind === 'primary')
      const now = (this.at && this.at.kind === 'practice' && list.find((p) => p.id === this.at.id)) || null
      let next = list[0]
      if (now) {
        const [x, y] = this.spot(now)
        const ahead = list.map((p) => {
          const [px, py] = this.spot(p)
          const along = (px - x) * dx + (py - y) * dy
          const across = Math.abs((px - x) * dy) + Math.abs((py - y) * dx)
          return { p, cost: along > 1e-6 ? along + 2.5 * across : Infinity }
        })
        const best = ahead.reduce((a, b) => (b.cost < a.cost ? b : a))
        next = best.cost < Infinity ? best.p : now
      }
      this.at = { kind: 'practice', id: next.id, text: next.title }
      this.spoken = next.title
      this.point_at(next)
    },
    nextPerson(by) {
      const seats = this.seats[this.month]
      const practice = this.at && this.at.kind === 'practice' ? this.spec.practices.findIndex((p) => p.id === this.at.id) : this.at ? seats[4 * this.at.id] : 0
      const people = []
      for (let i = 0; i < this.spec.people; i++) if (seats[4 * i] === practice) people.push(i)
      people.sort((a, b) => seats[4 * a + 1] - seats[4 * b + 1])
      if (!people.length) return
      const now = this.at && this.at.kind === 'person' ? people.indexOf(this.at.id) : -1
      const id = people[(now + by + people.length) % people.length]
      this.at = { kind: 'person', id, text: 'person ' + (people.indexOf(id) + 1) + ' of ' + people.length + ', ' + this.spec.practices[practice].title }
      this.spoken = this.at.text
      this.tip = this.tip_at(this.to[2 * id], this.to[2 * id + 1], this.at.text)
    },
    point_at(practice) {
      const [x, y] = this.spot(practice)
      this.tip = this.tip_at(x, y, practice.title)
    },
    tip_at(x, y, text) {
      const { side, left, top } = this.frame()
      const { ratio } = this.size
      return { x: (left + x * side) / ratio + 10, y: (top + y * side) / ratio + 10, text }
    },
  }
  const playing = {
    // the link leads to a month: the page's own, unless it is what this map said last
    open(month) {
      const known = this.said_last.indexOf(month)
      if (known >= 0) this.said_last.splice(0, known + 1)
      else if (typeof month === 'number' && this.states[month]) this.go(month)
    },
    // the link hears of a month on which a visitor stays
    stay() {
      clearTimeout(this.staying)
      this.staying = setTimeout(() => {
        if (this.playing || this.month === this.spec.opens) return
        this.said_last.push(this.month < this.spec.months ? this.month : null)
        this.month_kept(this.month)
      }, 700)
    },
    go(month) {
      this.follows = false
      this.goal = null
      this.pause()
      this.show(Math.max(0, Math.min(this.ready, month)), Math.abs(month - this.month) === 1)
    },
    play() {
      if (this.month >= this.ready) this.show(0, false)
      this.follows = false
      this.goal = null
      this.playing = true
      this.tick()
    },
    pause() {
      this.playing = false
      clearTimeout(this.timer)
      this.stay()
    },
    tick() {
      if (!this.playing) return
      this.timer = setTimeout(() => {
        if (this.month >= this.ready) return this.pause()
        this.show(this.month + 1, true)
        this.tick()
      }, 1000 / this.speed)
    },
    saveImage() {
      this.$refs.canvas.toBlob((blob) => window.vbpChart.file(blob, 'region.png'))
    },
    record() {
      const stream = this.$refs.canvas.captureStream(30)
      const recorder = new MediaRecorder(stream, { mimeType: 'video/webm' })
      const parts = []
      recorder.ondataavailable = (event) => parts.push(event.data)
      recorder.onstop = () => {
        window.vbpChart.file(new Blob(parts, { type: 'video/webm' }), 'region.webm')
        this.recording = false
      }
      this.recording = true
      this.show(0, false)
      recorder.start()
      this.play()
      const unwatch = this.$watch('playing', (playing) => {
        if (playing) return
        unwatch()
        setTimeout(() => recorder.stop(), 600)
      })
    },
  }
  const writing = {
    drawLines(context, side, left, top) {
      const { ratio } = this.size
      const index = new Map(this.spec.practices.map((p) => [p.id, p]))
      context.strokeStyle = this.color('--accent')
      for (const line of this.lines || []) {
        const a = index.get(line.from)
        const b = index.get(line.to)
        if (!a || !b) continue
        const [ax, ay] = this.spot(a)
        const [bx, by] = this.spot(b)
        context.globalAlpha = 0.75
        context.lineWidth = Math.max(0.75, 14 * line.share) * ratio
        context.beginPath()
        context.moveTo(left + ax * side, top + ay * side)
        context.quadraticCurveTo(left + (ax + bx) / 2 * side + (by - ay) * 0.12 * side, top + (ay + by) / 2 * side - (bx - ax) * 0.12 * side, left + bx * side, top + by * side)
        context.stroke()
        context.globalAlpha = 1
      }
    },
    drawNames(context, side, left, top) {
      if (this.layout !== 'panel') return
      const { ratio } = this.size
      context.font = '500 ' + 12 * ratio + 'px Roboto, sans-serif'
      context.textAlign = 'center'
      context.fillStyle = this.color('--muted')
      for (const group of this.spec.groups) context.fillText(group.title, left + group.x * side, top + group.y * side)
    },
  }
  window.vbpMap = { film, pointing, playing, writing }
})()
