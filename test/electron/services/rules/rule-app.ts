import { createRouterClient } from '@orpc/server'
import { AS_ADMIN } from '../../../helpers/callers'
import { createTestBackend } from '../../../helpers/test-backend'

// Run by killed.test.ts: a Sluice in a process of its own that runs the rules of a data directory, until it is killed.
const [dataDir = '', connectionId = ''] = process.argv.slice(2)
const backend = await createTestBackend(dataDir, { ruleTimes: { lookEveryMs: 20 } })
const api = createRouterClient(backend.router, { context: AS_ADMIN })
await api.connection.open({ connectionId })
setInterval(() => undefined, 60_000)
