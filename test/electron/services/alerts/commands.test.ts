import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAlertCommands } from '../../../../electron/host/webhook/run-command'
import type { Alerts } from '../../../../electron/services/alerts/alerts'
import { ANY_ALERT } from '../../../helpers/any-alert'
import { on } from '../../../shared/judgement/alerts/alert-samples'
import { MINUTE, nowOf, useAlerts } from './alerts-kit'

const kit = useAlerts()
const ID = 'command:pager'

/** A program of the owner, which writes what it is given beside itself. */
function program(lines: readonly string[]): string {
  const file = join(kit.dataDir, 'pager.sh')
  writeFileSync(file, ['#!/bin/sh', ...lines].join('\n'))
  chmodSync(file, 0o700)
  return file
}
async function aHost(argv: readonly string[], limitMs = 20_000) {
  const commands = createAlertCommands({ pager: argv }, { limitMs })
  const alerts = await kit.host({ commands, pageUrl: () => 'https://ops.example.com/' })
  await alerts.add({ ...ANY_ALERT, name: 'Down', destinationIds: [ID] })
  return alerts
}
const last = async (alerts: Alerts) => (await nowOf(alerts)).destinations[0]?.last ?? null
const file = (name: string): string => join(kit.dataDir, name)

describe('a program of the owner', () => {
  it('is given what is told, once, with nothing of the host’s environment but where things are', async () => {
    process.env['SLUICE_PASSPHRASE'] = 'hush-4711'
    try {
      const argv = [program(['cat > "$1/told"', 'env > "$1/env"', 'echo "$2" > "$1/arg"']), kit.dataDir, '$(id); a "b"']
      const alerts = await aHost(argv)
      expect((await nowOf(alerts)).destinations).toEqual([
        ...[
          {
            id: ID,
            name: 'pager',
            format: 'sluice',
            origin: '',
            isSigned: false,
            isKnown: true,
            isCommand: true,
            last: null,
          },
        ],
      ])
      await kit.look(alerts, 0, [on('billing')])
      await kit.look(alerts, MINUTE, [on('billing')])
      await expect.poll(async () => (await last(alerts))?.said.code).toBe('alert.command-ran')
      expect(await last(alerts)).toMatchObject({ isDelivered: true, tries: 1 })
      expect(JSON.parse(readFileSync(file('told'), 'utf8'))).toMatchObject({
        ...{ event: 'finding.raised', alert: { name: 'Down' }, findings: [{ group: 'billing' }] },
      })
      // By no shell.
      expect(readFileSync(file('arg'), 'utf8')).toBe('$(id); a "b"\n')
      expect(readFileSync(file('env'), 'utf8')).not.toContain('hush-4711')
      expect(readFileSync(file('env'), 'utf8')).toContain('PATH=')
    } finally {
      delete process.env['SLUICE_PASSPHRASE']
    }
  })

  it.each([
    ['ends with a code', ['exit 3'], 'alert.command-code'],
    ['is ended', ['kill -9 $$'], 'alert.command-ended'],
    ['reads nothing', ['exit 0'], 'alert.command-ran'],
  ])('that %s is told, and not run again', async (_, lines, code) => {
    const alerts = await aHost([program(['echo x >> "$(dirname "$0")/runs"', ...lines])])
    const outcome = await alerts.testDestination(ID)
    expect(outcome).toMatchObject({ said: { code }, tries: 1, isTest: true })
    expect(readFileSync(file('runs'), 'utf8')).toBe('x\n')
  })

  it('that is not there is told', async () => {
    const alerts = await aHost([file('none')])
    expect(await alerts.testDestination(ID)).toMatchObject({
      ...{ isDelivered: false, said: { code: 'alert.command-not-run', params: { code: 'ENOENT' } } },
    })
  })

  it('that no system runs is told', async () => {
    const alerts = await aHost(['/bin/true\0', 'x'])
    expect(await alerts.testDestination(ID)).toMatchObject({ said: { code: 'alert.command-not-run' } })
  })

  it('that does not end is ended, with all that it began', async () => {
    const alerts = await aHost(
      [program(['sh -c "sleep 600; echo late > late" & echo $! > "$(dirname "$0")/child"', 'sleep 600'])],
      300,
    )
    expect(await alerts.testDestination(ID)).toMatchObject({ isDelivered: false, said: { code: 'alert.command-late' } })
    const pid = readFileSync(file('child'), 'utf8').trim()
    await expect
      .poll(() => existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '')
      .toBe(false)
  })

  it('is ended with Sluice', async () => {
    const alerts = await aHost([program(['echo x > "$(dirname "$0")/runs"', 'sleep 600'])])
    const testing = alerts.testDestination(ID)
    await expect.poll(() => existsSync(file('runs'))).toBe(true)
    await alerts.close()
    expect(await testing).toMatchObject({ isDelivered: false, said: { code: 'alert.closed' } })
  })

  it('is changed and removed by nobody from here', async () => {
    const alerts = await aHost([program(['exit 0'])])
    const refused = { code: 'BAD_INPUT', data: { problem: { code: 'alert.owners' } } }
    await expect(alerts.changeDestination(ID, { name: 'x', format: 'sluice' })).rejects.toMatchObject(refused)
    await expect(alerts.removeDestination(ID)).rejects.toMatchObject(refused)
    await expect(alerts.testDestination('command:other')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
