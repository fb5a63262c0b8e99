import { createRouterClient } from '@orpc/server'
import { pino } from 'pino'
import { createBackend } from '../../../../electron/api/backend'
import { createDownloads } from '../../../../electron/web/downloads'
import { AS_ADMIN } from '../../../helpers/callers'
import { builtDecoder } from '../../../helpers/built-decoder'

// Run by killed.test.ts: Sluice in a process of its own that redrives a dead-letter stream, until it is killed.
const [dataDir = '', connectionId = '', key = '', password = ''] = process.argv.slice(2)
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
await api.connection.open({ connectionId, ...(password === '' ? {} : { password }) })
const planAll = await api.redrive.planAll({ connectionId, key, selection: { kind: 'all' }, options: {} })
let planId = ''
for await (const step of planAll) if (step.state === 'ready') planId = step.plan.id
process.stdout.write('planned\n')
const { id } = await api.redrive.run({ connectionId, key, planId, perSecond: null })
for await (const job of await api.job.watch()) if (job.id === id && job.state !== 'running') break
await backend.close()
process.stdout.write('ended\n')
