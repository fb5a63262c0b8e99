import { createRouterClient } from '@orpc/server'
import { pino } from 'pino'
import { createBackend } from '../../../../electron/api/backend'
import { createDownloads } from '../../../../electron/web/downloads'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { AS_ADMIN } from '../../../helpers/callers'
import { builtDecoder } from '../../../helpers/built-decoder'

// Run by killed.test.ts: Sluice in a process of its own that recovers all that is pending, until it is killed.
const [dataDir = '', connectionId = '', action = ''] = process.argv.slice(2)
const log = pino({ level: 'silent' })
const backend = await createBackend({
  kind: 'web',
  version: '0.0.0',
  dataDir,
  sandbox: false,
  saveFile: createDownloads().save,
  decoderFile: builtDecoder,
  log,
})
const api = createRouterClient(backend.router, { context: AS_ADMIN })
await api.connection.open({ connectionId })
const plan = await api.recovery.plan({
  connectionId,
  key: 'orders',
  group: 'billing',
  selection: { kind: 'matching', criteria: {} },
  action: JSON.parse(action) as RecoveryAction,
})
process.stdout.write('planned\n')
const { id } = await api.recovery.run({ connectionId, planId: plan.id })
for await (const job of await api.job.watch()) if (job.id === id && job.state !== 'running') break
await backend.close()
process.stdout.write('ended\n')
