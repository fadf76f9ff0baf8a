import { execFile } from 'node:child_process'
import { expect, test } from 'vitest'
import { repository } from './support/server.ts'

test('without a cluster the project "citus" fails, and says that it needs one', async () => {
  const { PATH } = process.env
  const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
    const command = ['scripts/test.mjs', '--project', 'citus', 'get-task']
    execFile(process.execPath, command, { cwd: repository, env: { PATH } }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, output: stdout + stderr }),
    )
  })
  expect(code).toBe(1)
  expect(output).toContain('set TEST_CITUS_URL to the coordinator')
})
