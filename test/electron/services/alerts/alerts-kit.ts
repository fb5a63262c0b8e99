import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { createAlerts, type Alerts, type AlertsOptions } from '../../../../electron/services/alerts/alerts'
import { createMemorySecrets } from '../../../../electron/services/connections/secrets'
import type { Judgement } from '../../../../electron/services/lib/judged'
import type { Finding } from '../../../../shared/judgement/finding'
import type { AlertsNow } from '../../../../shared/model/alert'
import { createMemoryLog } from '../../../helpers/memory-log'
import { NOON } from '../../../shared/judgement/alerts/alert-samples'

export const SECOND = 1_000
export const MINUTE = 60_000

/** Hosts on one data directory, and the clock that they go by. */
export function useAlerts() {
  const open: Alerts[] = []
  const kit = {
    dataDir: '',
    nowMs: NOON,
    memory: createMemoryLog(),
    secrets: createMemorySecrets(),
    /** One that looks when it is asked to. */
    async host(more: Partial<AlertsOptions> = {}): Promise<Alerts> {
      const alerts = await createAlerts({
        ...{ dataDir: kit.dataDir, configDir: kit.dataDir, log: kit.memory.log, zone: 'UTC' },
        ...{ secrets: kit.secrets, sendWebhook: null, pageUrl: () => null, rest: () => Promise.resolve() },
        ...{ connectionName: (id) => `Connection ${id}`, now: () => kit.nowMs, lookEveryMs: 0, ...more },
      })
      open.push(alerts)
      return alerts
    },
    /** So much later, this is what is wrong. `isSeen`: whether what is not there was looked for. */
    async look(alerts: Alerts, laterMs: number, there: readonly Finding[], isSeen = true): Promise<void> {
      kit.nowMs += laterMs
      alerts.judged('c1', judgement(there, isSeen))
      await alerts.look()
    },
  }
  beforeEach(() => {
    kit.dataDir = mkdtempSync(join(tmpdir(), 'sluice-alerts-'))
    kit.nowMs = NOON
    kit.memory = createMemoryLog()
    kit.secrets = createMemorySecrets()
  })
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close()
    rmSync(kit.dataDir, { recursive: true, force: true })
  })
  return kit
}

export function judgement(there: readonly Finding[], isSeen = true): Judgement {
  return { troubles: there.map((finding) => ({ finding, isSnoozed: false })), seen: () => (isSeen ? 'gone' : null) }
}

/** As it is now. */
export async function nowOf(alerts: Alerts): Promise<AlertsNow> {
  for await (const now of alerts.watch()) return now
  throw new Error('nothing was told')
}

/** What was told, the latest first: "raised 2". */
export async function toldBy(alerts: Alerts): Promise<readonly string[]> {
  return (await nowOf(alerts)).tellings.map(({ what, count }) => `${what} ${count}`)
}
