import type { Base } from '../base'
import type { Services } from '../services'

export function monitoringHandlers({ reads }: Base, { monitoring }: Services) {
  const onStreams = reads.monitoring
  return {
    watch: onStreams.watch.handler(({ input, signal }) => monitoring.watch(input.connectionId, signal)),
    show: onStreams.show.handler(({ input: { connectionId, watchId, ...shown } }) =>
      monitoring.show(connectionId, watchId, shown),
    ),
    giveWay: onStreams.giveWay.handler(({ input }) => monitoring.giveWay(input.connectionId)),
    refresh: onStreams.refresh.handler(({ input }) => monitoring.refresh(input.connectionId)),
  }
}
