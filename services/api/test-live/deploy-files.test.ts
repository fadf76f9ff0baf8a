import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { repository, temporaryFolder } from './support/server.ts'

/** Of 100; what a service has that systemd keeps from nothing. Any unit without a line of hardening has 96. */
const MAXIMUM_EXPOSURE = 20

/** Fails where more of the system is open to the unit than it may be. */
const judge = (root: string, unit: string) => {
  const options = ['--offline=true', `--root=${root}`, '--no-pager', `--threshold=${MAXIMUM_EXPOSURE}`]
  return run('systemd-analyze', 'security', ...options, unit)
}

test('systemd takes the unit without a warning, and little of the system is open to it', () => {
  const root = systemWithUnit()
  const unit = 'tasklane.service'
  expect(run('systemd-analyze', 'verify', '--man=no', `--root=${root}`, unit)).toEqual({
    code: 0,
    output: '',
  })
  const { code, output } = judge(root, unit)
  expect(output).toContain('Overall exposure level for tasklane.service')
  expect(code, output).toBe(0)
})

test('a unit with an unknown key, or without its hardening, would be seen', () => {
  const root = systemWithUnit('[Service]\nExecStart=/usr/bin/node x\nProtectAll=yes\n')
  const unit = 'tasklane.service'
  expect(run('systemd-analyze', 'verify', '--man=no', `--root=${root}`, unit).output).toContain('ProtectAll')
  expect(judge(root, unit).code).not.toBe(0)
})

test('Prometheus takes the rules, and each alert speaks when it is to and is silent when it is to', () => {
  const folder = join(repository, 'deploy/prometheus')
  const check = run('promtool', 'check', 'rules', join(folder, 'rules.yaml'))
  expect(check.code, check.output).toBe(0)
  const tried = run('promtool', 'test', 'rules', join(folder, 'tests.yaml'))
  expect(tried.code, tried.output).toBe(0)
})

function run(command: string, ...parameters: string[]): { code: number | null; output: string } {
  const { status, stdout, stderr, error } = spawnSync(command, parameters, { encoding: 'utf8' })
  if (error !== undefined) throw error
  return { code: status, output: `${stdout}${stderr}` }
}

/** A root with the unit, systemd's own ones, and what the unit names. */
function systemWithUnit(text?: string): string {
  const { path: root, remove } = temporaryFolder()
  onTestFinished(remove)
  const unit = join(root, 'etc/systemd/system/tasklane.service')
  mkdirSync(dirname(unit), { recursive: true })
  if (text === undefined) copyFileSync(join(repository, 'deploy/tasklane.service'), unit)
  else writeFileSync(unit, text)
  cpSync('/lib/systemd/system', join(root, 'lib/systemd/system'), { recursive: true, verbatimSymlinks: true })
  for (const folder of ['usr/bin', 'opt/tasklane/docs']) mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, 'usr/bin/node'), '', { mode: 0o755 })
  return root
}
