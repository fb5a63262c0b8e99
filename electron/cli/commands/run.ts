import { resolve } from 'node:path'
import { formatRelative } from '../../../shared/format/format-time'
import type { Connection } from '../../../shared/model/connection'
import { cliWords } from '../../../shared/words/en/cli-words'
import type { Call } from '../call'
import type { HostCommand } from '../command'
import { Refused } from '../exit-code'
import { beyond } from '../recovery/beyond'
import { CONSENT_FLAGS } from '../recovery/consent'
import { readPlan, serverOf, shownBy, type PlanContent } from '../recovery/plan-file'
import { paceOf, planAll, runPlan } from '../recovery/recover'
import { showPlan } from '../recovery/show-plan'

/**
 * `sluice run FILE`: a plan of the host's memory ends with its process, so that it is made anew from what was asked for, and held to
 * what was shown: to its entries, with whom they were, on the server and the stream that it was made on.
 */
export const run: HostCommand = {
  kind: 'host',
  args: ['FILE'],
  flags: ['per-second', ...CONSENT_FLAGS],
  async run(call) {
    const { print } = call
    const perSecond = paceOf(call.flags)
    const file = await readPlan(resolve(call.word(0)))
    const connection = await connectAsThen(call, file)
    const { key, group, selection, action, plannedAt: since, kept: then } = file
    const plan = await planAll(call, connection.id, { key, group, selection, action, since, then })
    const more = beyond(file.shown, shownBy(plan))
    showPlan(print, plan, connection.name)
    print.note(cliWords.planFile.madeAt(formatRelative(file.madeAt, Date.now())))
    if (more.length > 0) throw new Refused([cliWords.beyond, more.join('; ')].join(' '))
    return runPlan(call, connection, plan, perSecond)
  },
}

/** The one that is named has to be that of the plan; where none is, it is found by its id. It has to lead where it led. */
async function connectAsThen(call: Call, { connection: then }: PlanContent): Promise<Connection> {
  const named = await call.named()
  if (named !== null && named.id !== then.id) {
    throw new Refused(cliWords.planFile.otherConnection(then.name, named.name))
  }
  const found = named ?? (await call.find(then.id))
  if (found === null) throw new Refused(cliWords.planFile.notHere(then.name))
  if (serverOf(found) !== then.server) throw new Refused(cliWords.planFile.otherServer(found.name))
  return call.open(found)
}
