import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unprivilegedAccount } from '../../test/support/cluster.ts'
import { freePort } from '../../test/support/free-port.ts'
import { temporaryFolder } from './server.ts'
import { ask } from './visitor.ts'

const LOOK_MILLISECONDS = 25

export interface RunningProxy {
  url: string
  stop: () => Promise<void>
}

/** What a configuration must hold to run here: a free port of 127.0.0.1, a folder to write to, a certificate. */
export interface Place {
  port: number
  folder: string
  certificate: string
  key: string
}

/** @param server one `server { … }` */
export function startNginx(
  scheme: 'http' | 'https',
  server: (place: Place) => string,
): Promise<RunningProxy> {
  return start(
    scheme,
    'nginx.conf',
    ['/usr/sbin/nginx', '-e', 'stderr', '-g', 'daemon off;', '-c'],
    (place) => {
      const paths = ['client_body', 'proxy', 'fastcgi', 'scgi', 'uwsgi']
      return `worker_processes 1;
error_log stderr warn;
pid ${place.folder}/nginx.pid;
events {}
http {
  access_log off;
  ${paths.map((path) => `${path}_temp_path ${place.folder}/${path};`).join('\n  ')}
  ${server(place)}
}
`
    },
  )
}

const apacheModules = [
  ['mpm_event', 'authz_core', 'filter', 'deflate', 'headers', 'env', 'setenvif'],
  ['proxy', 'proxy_http', 'socache_shmcb', 'ssl'],
].flat()

/** @param host one `<VirtualHost *:…>` */
export function startApache(scheme: 'http' | 'https', host: (place: Place) => string): Promise<RunningProxy> {
  return start(scheme, 'apache.conf', ['/usr/sbin/apache2', '-DFOREGROUND', '-f'], (place) => {
    const load = (name: string) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`
    return `ServerRoot ${place.folder}
ServerName localhost
PidFile ${place.folder}/apache.pid
DefaultRuntimeDir ${place.folder}
Listen 127.0.0.1:${place.port}
ErrorLog ${place.folder}/error.log
StartServers 1
${apacheModules.map(load).join('\n')}
${host(place)}
`
  })
}

/** @param sites a Caddyfile without its global options */
export function startCaddy(sites: (place: Place) => string): Promise<RunningProxy> {
  const command = ['/usr/bin/caddy', 'run', '--adapter', 'caddyfile', '--config']
  return start('https', 'Caddyfile', command, (place) => {
    return `{
  admin off
  default_bind 127.0.0.1
  https_port ${place.port}
  auto_https disable_redirects
  local_certs
  skip_install_trust
  storage file_system ${place.folder}/storage
}
${sites(place)}
`
  })
}

/** Runs the proxy, as somebody without privileges, on a configuration of its own; whatever the system's says. */
async function start(
  scheme: string,
  name: string,
  [binary = '', ...parameters]: string[],
  configure: (place: Place) => string,
): Promise<RunningProxy> {
  const { path: folder, remove } = temporaryFolder()
  const place = { port: await freePort(), folder, ...makeCertificate(folder) }
  const file = join(folder, name)
  writeFileSync(file, configure(place))
  const account = unprivilegedAccount()
  if (account !== undefined) {
    for (const path of [folder, place.key]) chownSync(path, account.uid, account.gid)
  }
  const child = spawn(binary, [...parameters, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: folder },
    detached: true,
    ...account,
  })
  const url = `${scheme}://127.0.0.1:${place.port}`
  await whenServing(child, url)
  return {
    url,
    async stop() {
      const ended = once(child, 'close')
      // With its workers, which would wait for open streams.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      await ended
      remove()
    },
  }
}

function makeCertificate(folder: string): { certificate: string; key: string } {
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')]
  const subject = ['-subj', '/CN=tasks.example.com', '-days', '2', '-nodes']
  const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  execFileSync('openssl', ['req', '-x509', ...algorithm, ...subject, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  })
  return { certificate, key }
}

/** Listening is not enough: Caddy makes its certificate meanwhile. */
async function whenServing(child: ChildProcess, url: string): Promise<void> {
  let log = ''
  let hasEnded = false
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      log += chunk
    })
  }
  child.on('error', (error) => {
    log += error.message
    hasEnded = true
  })
  child.on('close', () => {
    hasEnded = true
  })
  while (!(await isServing(url))) {
    if (hasEnded) throw new Error(`The proxy did not start:\n${log}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS))
  }
}

function isServing(url: string): Promise<boolean> {
  return ask(`${url}/livez`).then(
    ({ status }) => status === 200,
    () => false,
  )
}
