import type { Base } from '../base'
import type { Services } from '../services'

export function monitoringHandlers({ reads }: Base, { monitoring, snoozes }: Services) {
  const onStreams = reads.monitoring
  return {
    watch: onStreams.watch.handler(({ input, signal }) => monitoring.watch(input.connectionId, signal)),
    show: onStreams.show.handler(({ input: { connectionId, watchId, ...shown } }) =>
      monitoring.show(connectionId, watchId, shown),
    ),
    giveWay: onStreams.giveWay.handler(({ input }) => monitoring.giveWay(input.connectionId)),
    snoozes: onStreams.snoozes.handler(({ input }) => snoozes.of(input.connectionId)),
    snooze: onStreams.snooze.handler(({ input: { connectionId, ...asked }, context }) =>
      snoozes.add(
        connectionId,
        asked,
        context.caller.who.by === 'password' ? null : context.caller.who.name,
        monitoring.measure(connectionId, asked.findingId),
      ),
    ),
    endSnooze: onStreams.endSnooze.handler(({ input }) => snoozes.end(input.connectionId, input.findingId)),
    refresh: onStreams.refresh.handler(({ input }) => monitoring.refresh(input.connectionId)),
  }
}
