import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { conclude } from './support/conclude.ts'
import { Crowd } from './support/crowd.ts'
import { embeddedHome, type Home } from './support/home.ts'

let home: Home
afterEach(() => home.remove())

/** A disk of its own, in a namespace of its own, with what is in the folder so far. */
const onSmallDisk = [
  'unshare',
  '-rm',
  'sh',
  '-c',
  `mkdir "$DATA_DIR.copy" && cp -a "$DATA_DIR/." "$DATA_DIR.copy" &&
  mount -t tmpfs -o size=200m tasklane "$DATA_DIR" && cp -a "$DATA_DIR.copy/." "$DATA_DIR" && rm -r "$DATA_DIR.copy" &&
  exec ${process.execPath} dist/main.js`,
]

test('reads go on while the disk is full, writes are refused, and all is well when there is room', async () => {
  home = await embeddedHome()
  const service = await home.start({}, onSmallDisk)
  const filler = `/proc/${service.pid}/root${home.folder}/filler`
  const crowd = await Crowd.gather()
  crowd.start(service.url)
  await crowd.answered(200)
  fill(filler)
  const { tally } = crowd
  await expect.poll(() => tally.refused).toBeGreaterThan(20)
  const acknowledged = tally.acknowledged
  await crowd.answered(200)
  rmSync(filler)
  const roomAt = performance.now()
  await expect.poll(() => tally.acknowledged).toBeGreaterThan(acknowledged + 50)
  await crowd.answered(200)
  await conclude('disk full, embedded', crowd, {
    recoveredMilliseconds: Math.max(0, tally.lastTroubleAt - roomAt),
  })
})

function fill(path: string): void {
  const file = openSync(path, 'w')
  const block = Buffer.alloc(64 * 1024)
  try {
    for (;;) writeSync(file, block)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  } finally {
    closeSync(file)
  }
}
