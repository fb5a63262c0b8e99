import type { Base } from './base'
import { alertHandlers } from './handlers/alert'
import { connectionHandlers } from './handlers/connection'
import { copyHandlers } from './handlers/copy'
import { entryHandlers } from './handlers/entry'
import { exportHandlers } from './handlers/export'
import { groupHandlers } from './handlers/group'
import { hostHandlers } from './handlers/host'
import { jobHandlers } from './handlers/job'
import { journalHandlers } from './handlers/journal'
import { monitoringHandlers } from './handlers/monitoring'
import { pendingHandlers } from './handlers/pending'
import { recoveryHandlers } from './handlers/recovery'
import { redriveHandlers } from './handlers/redrive'
import { restoreHandlers } from './handlers/restore'
import { ruleHandlers } from './handlers/rule'
import { searchHandlers } from './handlers/search'
import { sessionHandlers } from './handlers/session'
import { streamHandlers } from './handlers/stream'
import { sweepHandlers } from './handlers/sweep'
import { trimHandlers } from './handlers/trim'
import type { Services } from './services'

/** All that a page may ask for: one line per procedure, each into a service. */
export function createRouter(base: Base, services: Services) {
  return base.reads.router({
    host: hostHandlers(base, services),
    connection: connectionHandlers(base, services),
    stream: streamHandlers(base, services),
    monitoring: monitoringHandlers(base, services),
    alert: alertHandlers(base, services),
    rule: ruleHandlers(base, services),
    entry: entryHandlers(base, services),
    copy: copyHandlers(base, services),
    search: searchHandlers(base, services),
    export: exportHandlers(base, services),
    group: groupHandlers(base, services),
    pending: pendingHandlers(base, services),
    recovery: recoveryHandlers(base, services),
    sweep: sweepHandlers(base, services),
    trim: trimHandlers(base, services),
    redrive: redriveHandlers(base, services),
    restore: restoreHandlers(base, services),
    job: jobHandlers(base, services),
    journal: journalHandlers(base, services),
    session: sessionHandlers(base, services),
  })
}
