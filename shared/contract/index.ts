import { alertContract } from './alert'
import { connectionContract } from './connection'
import { copyContract } from './copy'
import { entryContract } from './entry'
import { exportContract } from './export'
import { groupContract } from './group'
import { hostContract } from './host'
import { jobContract } from './job'
import { journalContract } from './journal'
import { monitoringContract } from './monitoring'
import { pendingContract } from './pending'
import { recoveryContract } from './recovery'
import { redriveContract } from './redrive'
import { restoreContract } from './restore'
import { ruleContract } from './rule'
import { searchContract } from './search'
import { sessionContract } from './session'
import { streamContract } from './stream'
import { sweepContract } from './sweep'
import { trimContract } from './trim'

/** Every procedure there is, declared once. Both hosts serve it, and the renderer's client is derived from it. */
export const contract = {
  host: hostContract,
  connection: connectionContract,
  stream: streamContract,
  monitoring: monitoringContract,
  alert: alertContract,
  rule: ruleContract,
  entry: entryContract,
  copy: copyContract,
  search: searchContract,
  export: exportContract,
  group: groupContract,
  pending: pendingContract,
  recovery: recoveryContract,
  sweep: sweepContract,
  trim: trimContract,
  redrive: redriveContract,
  job: jobContract,
  restore: restoreContract,
  journal: journalContract,
  session: sessionContract,
}
export type Contract = typeof contract
