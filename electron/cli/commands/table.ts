import type { Commands } from '../command'
import { recoveryCommand } from '../recovery/recover'
import { completion } from './completion'
import { copy } from './copy'
import { consumers } from './consumers'
import { entries } from './entries'
import { exportCommand } from './export'
import { groups } from './groups'
import { help } from './help'
import { importCommand } from './import'
import { jobs } from './jobs'
import { journal } from './journal'
import { man } from './man'
import { mcp } from './mcp'
import { pending } from './pending'
import { plan } from './plan'
import { report } from './report'
import { run } from './run'
import { rules } from './rules'
import { search } from './search'
import { streams } from './streams'
import { sweep } from './sweep'
import { tail } from './tail'
import { undo } from './undo'
import { why } from './why'

/** Every command there is. One that has no help, or help without a command, does not compile. */
export const COMMANDS: Commands = {
  report,
  streams,
  groups,
  consumers,
  pending,
  why,
  entries,
  search,
  tail,
  export: exportCommand,
  import: importCommand,
  copy,
  claim: recoveryCommand('claim'),
  spread: recoveryCommand('spread'),
  ack: recoveryCommand('ack'),
  'ack-delete': recoveryCommand('ack-delete'),
  'dead-letter': recoveryCommand('dead-letter'),
  requeue: recoveryCommand('requeue'),
  release: recoveryCommand('release'),
  plan,
  run,
  undo,
  sweep,
  rules,
  jobs,
  journal,
  mcp,
  completion,
  man,
  help,
}
