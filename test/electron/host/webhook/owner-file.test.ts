import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alertHooksOf } from '../../../../electron/host/webhook/owner-file'
import { startHookServer } from '../../../helpers/hook-server'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-hooks-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function write(text: string, mode = 0o600): void {
  writeFileSync(join(dir, 'alert-hooks.json'), text)
  chmodSync(join(dir, 'alert-hooks.json'), mode)
}

it('allows what it lists, and nothing where it is not there', async () => {
  const server = await startHookServer()
  const request = { url: `http://127.0.0.1:${server.port}/`, headers: {}, body: '{}' }
  try {
    const { signal } = new AbortController()
    expect(await (await alertHooksOf(dir)).sendWebhook(request, signal)).toMatchObject({
      kind: 'failed',
      isFinal: true,
    })
    write('{"allowAddresses": ["127.0.0.1"]}')
    expect(await (await alertHooksOf(dir)).sendWebhook(request, signal)).toEqual({ kind: 'replied', status: 200 })
  } finally {
    await server.close()
  }
})

it('names programs, of which a host has no others', async () => {
  expect((await alertHooksOf(dir)).alertCommands.names).toEqual([])
  write('{"commands": {"pager": ["/bin/true", "--urgent"], "Zentrale 2": ["/bin/false"]}}')
  expect((await alertHooksOf(dir)).alertCommands.names).toEqual(['pager', 'Zentrale 2'])
})

describe('is refused', () => {
  it.each([
    ['that others may read', '{"allowAddresses": []}', 0o644],
    ['that others may write', '{"allowAddresses": []}', 0o620],
    ['that is no JSON', 'allow: all', 0o600],
    ['that has something else', '{"allow": ["127.0.0.1"]}', 0o600],
    ['with something that is no address', '{"allowAddresses": ["localhost"]}', 0o600],
    ['with a program as a line for a shell', '{"commands": {"pager": "page --urgent"}}', 0o600],
    ['with a program that is nothing', '{"commands": {"pager": []}}', 0o600],
    ['with a program of no name', '{"commands": {"": ["/bin/true"]}}', 0o600],
    ['that is too large', ' '.repeat(70_000), 0o600],
  ])('one %s', async (_what, text, mode) => {
    write(text, mode)
    await expect(alertHooksOf(dir)).rejects.toThrow(/alert-hooks\.json/)
  })
})
