import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeBase } from './base-image.ts'
import { repository } from './server.ts'

/** What the image tells an engine. */
export interface ImageConfig {
  User: string
  Env: string[]
  Entrypoint: string[]
  WorkingDir: string
  Volumes: Record<string, unknown>
  ExposedPorts: Record<string, unknown>
  StopSignal: string
  Healthcheck: { Test: string[] }
}

export interface Image {
  config: ImageConfig
  /** Its files. */
  root: string
}

/**
 * Builds deploy/Dockerfile with buildah, which needs no daemon and, with these settings, no more rights than to mount
 * and to change the root. All that it keeps is in the folder.
 */
export function buildImage(folder: string): Image {
  const buildah = (...parameters: string[]) => runBuildah(folder, parameters)
  writeFileSync(join(folder, 'policy.json'), '{"default":[{"type":"insecureAcceptAnything"}]}')
  const base = buildah('from', 'scratch')
  makeBase(buildah('mount', base))
  buildah('commit', '--quiet', '--rm', base, 'localhost/base')
  buildah(
    ...['build', '--quiet', '--layers=false', '--isolation', 'chroot', '--format', 'docker', '--pull-never'],
    ...['--build-arg', 'BASE=localhost/base', ...packageRegistry(folder)],
    ...['--tag', 'localhost/tasklane', '--file', 'deploy/Dockerfile', repository],
  )
  const config = buildah('inspect', '--type', 'image', 'localhost/tasklane')
  return {
    config: JSON.parse(config).Docker.config,
    root: buildah('mount', buildah('from', '--pull-never', 'localhost/tasklane')),
  }
}

/** @returns what it prints. */
function runBuildah(folder: string, parameters: string[]): string {
  const storage = [
    '--root',
    join(folder, 'storage'),
    '--runroot',
    join(folder, 'run'),
    '--storage-driver',
    'vfs',
  ]
  const command = parameters[0] ?? ''
  const policy = ['from', 'commit', 'build'].includes(command)
    ? ['--signature-policy', join(folder, 'policy.json')]
    : []
  return execFileSync('buildah', [...storage, command, ...policy, ...parameters.slice(1)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: folder },
  }).trim()
}

/** Where npm finds packages on this machine, and what it has of them already. */
function packageRegistry(folder: string): string[] {
  const setting = (name: string) =>
    execFileSync('npm', ['config', 'get', name], { encoding: 'utf8', cwd: folder }).trim()
  const authorities = setting('cafile')
  const cache = setting('cache')
  const hasAuthorities = authorities.startsWith('/')
  mkdirSync(cache, { recursive: true })
  const lines = [`registry=${setting('registry')}`, 'cache=/run/npm', 'prefer-offline=true']
  if (hasAuthorities) lines.push('cafile=/run/authorities.pem')
  writeFileSync(join(folder, 'npmrc'), `${lines.join('\n')}\n`)
  return [
    ...['--secret', `id=npmrc,src=${join(folder, 'npmrc')}`, '--volume', `${cache}:/run/npm`],
    ...(hasAuthorities ? ['--volume', `${authorities}:/run/authorities.pem:ro`] : []),
  ]
}

export function removeImages(folder: string): void {
  runBuildah(folder, ['umount', '--all'])
  runBuildah(folder, ['rm', '--all'])
}
