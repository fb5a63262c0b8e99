import type { Base } from '../base'
import type { Services } from '../services'

export function restoreHandlers({ reads, writes }: Base, { importing, restoring, backupSweep }: Services) {
  const { backups, backupUsage, removeBackups, readImport, planCopies, planRebuild, planSwap } = reads.restore
  const { addCopies, rebuild, catchUp, swap } = writes.restore
  return {
    backups: backups.handler(async () => {
      const list = await restoring.backups()
      return { ...list, backups: [...list.backups] }
    }),
    backupUsage: backupUsage.handler(() => backupSweep.usage()),
    removeBackups: removeBackups.handler(({ input }) => backupSweep.remove(input.changedBefore)),
    readImport: readImport.handler(({ input, signal }) => importing.read(input, signal)),
    planCopies: planCopies.handler(({ input, signal }) => restoring.planCopies(input, signal)),
    addCopies: addCopies.handler(({ input, context }) => restoring.addCopies(context.grant, input)),
    planRebuild: planRebuild.handler(({ input, signal }) => restoring.planRebuild(input, signal)),
    rebuild: rebuild.handler(({ input, context }) => restoring.rebuild(context.grant, input)),
    planSwap: planSwap.handler(({ input, signal }) => restoring.planSwap(input.connectionId, input.recordId, signal)),
    catchUp: catchUp.handler(({ input, context }) => restoring.catchUp(context.grant, input)),
    swap: swap.handler(({ input, context }) => restoring.swap(context.grant, input)),
  }
}
