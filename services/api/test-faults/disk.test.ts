import { spawnSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, expect, test } from 'vitest'
import { conclude, leaveUntried } from './support/conclude.ts'
import { Crowd } from './support/crowd.ts'
import { embeddedHome, type Home } from './support/home.ts'

const FAULT = 'disk full, embedded'

let home: Home | undefined
afterEach(() => home?.remove())

const inNamespace = ['unshare', '-rm']

/** A disk of its own, in a namespace of its own, with what is in the folder so far. */
const onSmallDisk = [
  ...inNamespace,
  'sh',
  '-c',
  `mkdir "$DATA_DIR.copy" && cp -a "$DATA_DIR/." "$DATA_DIR.copy" &&
  mount -t tmpfs -o size=200m tasklane "$DATA_DIR" && cp -a "$DATA_DIR.copy/." "$DATA_DIR" && rm -r "$DATA_DIR.copy" &&
  exec ${process.execPath} dist/main.js`,
]

test('reads go on while the disk is full, writes are refused, and all is well when there is room', async ({
  skip,
}) => {
  const refusal = whyNothingCanBeMounted()
  if (refusal !== undefined) leaveUntried(FAULT, refusal)
  skip(refusal !== undefined, refusal)
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
  await conclude(FAULT, crowd, {
    recoveredMilliseconds: Math.max(0, tally.lastTroubleAt - roomAt),
  })
})

/** In a container without the right to it; the machine's own disks are not ours to fill. */
function whyNothingCanBeMounted(): string | undefined {
  const [command = '', ...args] = [
    ...inNamespace,
    'mount',
    '-t',
    'tmpfs',
    '-o',
    'size=1m',
    'tasklane',
    tmpdir(),
  ]
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  return status === 0 ? undefined : (error?.message ?? stderr.trim())
}

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
