// Loaded into the service before all else: on SIGWINCH, which it uses for nothing, its clocks are moved by the milliseconds in the file at
// CLOCK_FILE, `date` for the clock on the wall, `running` for the one that only counts.
import { readFileSync } from 'node:fs'

const moved = { date: 0, running: 0 }

const wall = Date.now.bind(Date)
Date.now = () => wall() + moved.date
globalThis.Date = new Proxy(Date, {
  construct: (target, args, self) =>
    Reflect.construct(target, args.length === 0 ? [target.now()] : args, self),
})

const running = performance.now.bind(performance)
performance.now = () => running() + moved.running

process.on('SIGWINCH', () => {
  const text = readFileSync(process.env.CLOCK_FILE, 'utf8')
  Object.assign(moved, JSON.parse(text))
  process.stdout.write(`clock ${text}\n`)
})
