import { randomUUID } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { TestApp } from './support/app.ts'
import { Client } from './support/client.ts'
import {
  expectTokenRefused,
  ISSUER,
  makeKey,
  signBytes,
  signWith,
  startBelievingApp,
  validClaims,
} from './support/outside-issuer.ts'

const key = makeKey('EdDSA')

let app: TestApp
beforeAll(async () => {
  app = await startBelievingApp([key])
})
afterAll(() => app.close())
afterEach(() => expectAccepted(signWith(key)))

async function expectAccepted(token: string): Promise<void> {
  expect((await new Client(app.url, token).get('/tasks')).status, token).toBe(200)
}

/** Every token here has the right signature; what it says is what is wrong with it. */
const expectRefused = (token: string) => expectTokenRefused(app.url, token)

/** The usual claims as JSON, with one of them written in this way; undefined leaves it out. */
function claimsWith(name: string, json: string | undefined): string {
  const { [name]: _, ...rest } = validClaims()
  const others = JSON.stringify(rest)
  return json === undefined ? others : `${others.slice(0, -1)},${JSON.stringify(name)}:${json}}`
}

const now = Math.floor(Date.now() / 1000)

test.each([
  [
    'exp',
    [
      undefined,
      'null',
      '"9999999999"',
      '""',
      '1e400',
      '-1e400',
      '-1',
      '0',
      'true',
      '[]',
      '[9999999999]',
      '{}',
    ],
  ],
  ['nbf', ['null', '"0"', '1e400', `${now + 3600}`, 'true', '[0]', '{}']],
  ['iat', ['null', '"0"', '1e400', `${now + 3600}`, 'true', '[0]', '{}']],
  [
    'sub',
    [
      undefined,
      'null',
      '""',
      '0',
      '1',
      'true',
      '{}',
      '[]',
      '["a"]',
      '{"id":"a"}',
      '"a\\u0000b"',
      '"\\ud83d"',
    ],
  ],
  ['sub', [JSON.stringify('a'.repeat(256)), JSON.stringify('a'.repeat(10_000))]],
  [
    'aud',
    [
      undefined,
      'null',
      '""',
      '0',
      '{}',
      '[]',
      '["other"]',
      '[["tasks"]]',
      '{"tasks":1}',
      '"tasks "',
      '"Tasks"',
    ],
  ],
  ['aud', ['"task"', '"tasks,other"', '"tasks other"', '"tasks\\u0000"', '"*"']],
  ['iss', [undefined, 'null', '""', '0', '{}', `["${ISSUER}"]`, `"${ISSUER.slice(0, -1)}"`, `"${ISSUER}/"`]],
  [
    'iss',
    [`"${ISSUER.toUpperCase()}"`, `" ${ISSUER}"`, `"${ISSUER}?a"`, '"https://issuer.example@evil.example/"'],
  ],
])('a token with a wrong %s is refused', async (name, values) => {
  for (const value of values) await expectRefused(signWith(key, claimsWith(name, value)))
})

test.each([
  ['exp', [`${now + 300}.5`, '9999999999', '1e300']],
  ['nbf', [undefined, '0', `${now}.5`, `${now + 20}`]],
  ['iat', [undefined, '0', `${now + 20}`]],
  ['sub', ['"a"', '" "', '"auth0|alice"', JSON.stringify('\u{1f600}'.repeat(255)), '"0"', '"__proto__"']],
  ['aud', ['["tasks"]', '["other","tasks"]', '["tasks","tasks"]']],
  ['typ', ['"JWT"', 'null', '{"a":[1,{"b":":"}]}']],
  ['__proto__', ['{"sub":"root"}', 'null']],
])('a token with a right %s is accepted', async (name, values) => {
  for (const value of values) await expectAccepted(signWith(key, claimsWith(name, value)))
})

test('a token that names a claim twice is refused, whichever of the two is meant', async () => {
  const { sub, exp, iss, aud } = validClaims()
  const repeated = [
    `"sub":"${randomUUID()}"`,
    `"sub":"${sub}"`,
    `"\\u0073ub":"${sub}"`,
    `"s\\u0075b" : "${sub}"`,
    `"exp":${exp}`,
    `"iss":"${iss}"`,
    `"aud":"${aud}"`,
    '"role":1,"role":2',
    '"":1,"":2',
    '"a\\"":1,"a\\u0022":2',
    '"__proto__":1,"__proto__":2',
  ]
  for (const more of repeated) {
    const claims = JSON.stringify(validClaims()).replace(`"${sub}"`, `"${randomUUID()}"`)
    await expectRefused(signWith(key, `${claims.slice(0, -1)},${more}}`))
    await expectRefused(signWith(key, `{${more},${claims.slice(1)}`))
  }
  await expectRefused(signWith(key, validClaims(), `{"alg":"EdDSA","alg":"EdDSA","kid":"EdDSA"}`))
  await expectRefused(signWith(key, validClaims(), `{"alg":"none","alg":"EdDSA","kid":"EdDSA"}`))

  // Names repeat as values, and deeper down, as they like.
  const deeper = '"a":{"sub":1,"b":{"sub":2}},"c":[{"sub":1},{"sub":2}],"d":"\\"sub\\":","e":"sub"'
  await expectAccepted(signWith(key, `${JSON.stringify(validClaims()).slice(0, -1)},${deeper}}`))
})

test('a token whose claims are no JSON object in UTF-8 is refused', async () => {
  const claims = JSON.stringify(validClaims())
  const texts = ['', '{}', '[]', `[${claims}]`, 'null', '"a"', '1', claims.slice(0, -1), `${claims}${claims}`]
  for (const text of [
    ...texts,
    `${claims},`,
    `{"exp":NaN,${claims.slice(1)}`,
    `'${claims}'`,
    `${claims}\0`,
  ]) {
    await expectRefused(signWith(key, text))
  }
  const invalid = Buffer.concat([
    Buffer.from(`${claims.slice(0, -1)},"a":"`),
    Buffer.from([0xff, 0x22, 0x7d]),
  ])
  await expectRefused(signBytes(key, invalid))
  await expectRefused(signBytes(key, Buffer.from(`\ufeff${claims}`, 'utf16le')))
})

test('claims that were compressed are not unpacked, small or a bomb', async () => {
  for (const filler of ['', 'a'.repeat(5_000_000)]) {
    const packed = deflateRawSync(JSON.stringify({ ...validClaims(), filler }))
    await expectRefused(signBytes(key, packed, { zip: 'DEF' }))
    await expectRefused(signBytes(key, packed))
  }
})

test('two subjects that differ in anything are two users, and one is one user however its UUID is spelled', async () => {
  const id = randomUUID()
  const as = (sub: string) => new Client(app.url, signWith(key, { ...validClaims(), sub }))
  expect((await as(id).post('/tasks', { title: 'Buy milk' })).status).toBe(201)
  expect((await as(id.toUpperCase()).get('/tasks')).body.total).toBe(1)
  for (const other of [
    ` ${id}`,
    `${id} `,
    `urn:uuid:${id}`,
    `{${id}}`,
    id.replaceAll('-', ''),
    `${id}\u200b`,
  ]) {
    expect((await as(other).get('/tasks')).body.total).toBe(0)
  }
})
