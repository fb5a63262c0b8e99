import { sweepCliWords } from '../../../shared/words/en/sweep-cli-words'
import { UsageError } from '../../host/usage-error'
import type { HostCommand } from '../command'
import { CONSENT_FLAGS } from '../recovery/consent'
import { isSweepName, refuseOthers, SWEEP_FLAGS, SWEEP_NAMES } from '../sweep/asked'
import { runSweep } from '../sweep/run-sweep'
import { undoSweep } from '../sweep/undo-sweep'

/** `sluice sweep` */
export const sweep: HostCommand = {
  kind: 'host',
  args: ['WHAT', 'STREAMS', 'GROUPS?'],
  flags: [...SWEEP_FLAGS, 'per-second', ...CONSENT_FLAGS],
  check([what = '', , groups]) {
    if (what !== 'undo' && !isSweepName(what)) {
      throw new UsageError(sweepCliWords.noSuchWord([...SWEEP_NAMES, 'undo'], what))
    }
    if (what === 'undo' && groups !== undefined) throw new UsageError(sweepCliWords.takesNoGroups(groups))
    return { stays: false, opensSaved: false }
  },
  run(call) {
    const what = call.word(0)
    refuseOthers(isSweepName(what) ? what : 'undo', call.flags)
    return isSweepName(what) ? runSweep(call, what) : undoSweep(call, call.word(1))
  },
}
