import type { Base } from '../base'
import type { Services } from '../services'

export function ruleHandlers({ reads, writes }: Base, { rules }: Services) {
  return {
    watch: reads.rule.watch.handler(({ signal }) => rules.watch(signal)),
    add: reads.rule.add.handler(({ input }) => rules.add(input)),
    change: reads.rule.change.handler(({ input, context }) => rules.change(input, context.caller.who)),
    remove: reads.rule.remove.handler(({ input }) => rules.remove(input.id)),
    dryRun: reads.rule.dryRun.handler(({ input }) => rules.dryRun(input.connectionId, input.id)),
    enable: reads.rule.enable.handler(({ input: { connectionId, id, typed }, context }) =>
      rules.enable(connectionId, id, context.caller.who, typed),
    ),
    disable: reads.rule.disable.handler(({ input, context }) => rules.disable(input.id, context.caller.who)),
    run: writes.rule.run.handler(({ input }) => rules.run(input.connectionId, input.id)),
  }
}
