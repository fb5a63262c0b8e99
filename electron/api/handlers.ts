import type { Bytes } from '../../shared/bytes'
import { toBuffer } from '../redis/bytes'
import { addConsumer, addGroup, addOne } from '../services/additions/additions'
import { parseConnectionUrl } from '../services/connections/parse-url'
import { readEntry, readPage } from '../services/inspection/entries'
import { listConsumers, listGroups } from '../services/inspection/groups'
import { inspectStream } from '../services/inspection/inspection'
import { readPendingPage, summarizePending } from '../services/inspection/pending'
import { countPending } from '../services/inspection/pending-histogram'
import { summarize } from '../services/inspection/summaries'
import { tailStream } from '../services/inspection/tail'
import { guardedEvents, type Base } from './base'
import type { Services } from './services'

/** One line per procedure, each into a service. */
export function createHandlers({ reads, writes }: Base, services: Services) {
  const {
    connections,
    settings,
    discovery,
    sampler,
    jobs,
    journal,
    recovery,
    groupChanges,
    restoring,
    undoing,
    trimming,
    entryDeletion,
    redriving,
    host,
    log,
  } = services
  const reader = (id: string, key: Bytes) => connections.source(id, key).reader
  const clientOf = ({ connectionId, key }: { connectionId: string; key: Bytes }) =>
    connections.topology(connectionId).clientOf(toBuffer(key))
  const stalledAfterMs = () => settings.get().stalledAfterMs
  const {
    host: onHost,
    connection,
    stream,
    entry,
    group,
    pending,
    recovery: recover,
    trim,
    redrive,
    job,
    journal: log_,
  } = reads

  return reads.router({
    host: {
      info: onHost.info.handler(() => ({ ...host })),
      settings: onHost.settings.handler(() => settings.get()),
      saveSettings: onHost.saveSettings.handler(({ input }) => settings.save(input)),
    },
    connection: {
      list: connection.list.handler(() => [...connections.list()]),
      parseUrl: connection.parseUrl.handler(({ input }) => parseConnectionUrl(input.url)),
      test: connection.test.handler(({ input }) => connections.test(input)),
      save: connection.save.handler(({ input }) => connections.save(input)),
      remove: connection.remove.handler(({ input }) => connections.remove(input.connectionId)),
      open: connection.open.handler(({ input }) => connections.open(input.connectionId, input.password)),
      close: connection.close.handler(({ input }) => connections.close(input.connectionId)),
      watch: connection.watch.handler(({ input, signal, path }) =>
        guardedEvents(connections.watch(input.connectionId, signal), path, log),
      ),
    },
    stream: {
      discover: stream.discover.handler(({ input, signal, path }) =>
        guardedEvents(discovery.discover(input.connectionId, input.fresh, signal), path, log),
      ),
      stopDiscovery: stream.stopDiscovery.handler(({ input }) => discovery.stop(input.connectionId)),
      summaries: stream.summaries.handler(({ input }) =>
        summarize(connections.reader(input.connectionId), input.keys.map(toBuffer), {
          stalledAfterMs: stalledAfterMs(),
        }),
      ),
      info: stream.info.handler(({ input }) =>
        inspectStream(reader(input.connectionId, input.key), toBuffer(input.key)),
      ),
      samples: stream.samples.handler(({ input }) =>
        sampler.read(input.connectionId, toBuffer(input.key), input.stepMs),
      ),
    },
    entry: {
      page: entry.page.handler(({ input: { connectionId, key, ...rest } }) =>
        readPage(reader(connectionId, key), toBuffer(key), rest),
      ),
      get: entry.get.handler(({ input }) =>
        readEntry(reader(input.connectionId, input.key), toBuffer(input.key), input.id),
      ),
      tail: entry.tail.handler(({ input, signal, path }) =>
        guardedEvents(tailStream(clientOf(input), toBuffer(input.key), signal), path, log),
      ),
      add: writes.entry.add.handler(({ input, context }) => addOne(context.grant, input)),
      planDelete: entry.planDelete.handler(({ input }) => entryDeletion.plan(input)),
      delete: writes.entry.delete.handler(({ input, context }) => entryDeletion.run(context.grant, input)),
    },
    group: {
      list: group.list.handler(({ input: { connectionId, key, countLag } }) =>
        listGroups(reader(connectionId, key), toBuffer(key), { countLag }),
      ),
      consumers: group.consumers.handler(({ input }) =>
        listConsumers(reader(input.connectionId, input.key), toBuffer(input.key), toBuffer(input.group), {
          stalledAfterMs: stalledAfterMs(),
        }),
      ),
      create: writes.group.create.handler(({ input, context }) =>
        addGroup(context.grant, reader(input.connectionId, input.key), input),
      ),
      createConsumer: writes.group.createConsumer.handler(({ input, context }) => addConsumer(context.grant, input)),
      planChange: group.planChange.handler(({ input }) => groupChanges.plan(input)),
      change: writes.group.change.handler(({ input, context }) => groupChanges.run(context.grant, input)),
    },
    pending: {
      summary: pending.summary.handler(({ input }) =>
        summarizePending(reader(input.connectionId, input.key), toBuffer(input.key), toBuffer(input.group)),
      ),
      page: pending.page.handler(({ input: { connectionId, key, group: name, consumer, ...rest }, signal }) => {
        const options = {
          ...rest,
          ...(consumer === undefined ? {} : { consumer: toBuffer(consumer) }),
        }
        return readPendingPage(reader(connectionId, key), toBuffer(key), toBuffer(name), options, signal)
      }),
      histogram: pending.histogram.handler(({ input: { connectionId, key, group: name, consumer }, signal, path }) => {
        const options = {
          ...(consumer === undefined ? {} : { consumer: toBuffer(consumer) }),
        }
        const counting = countPending(reader(connectionId, key), toBuffer(key), toBuffer(name), options, signal)
        return guardedEvents(counting, path, log)
      }),
    },
    recovery: {
      plan: recover.plan.handler(({ input, signal }) => recovery.plan(input, signal)),
      run: writes.recovery.run.handler(({ input, context }) => recovery.run(context.grant, input)),
      survey: recover.survey.handler(({ input, signal, path }) =>
        guardedEvents(recovery.survey(input, signal), path, log),
      ),
      script: recover.script.handler(({ input: { connectionId, planId }, signal, path }) =>
        guardedEvents(recovery.script(connectionId, planId, signal), path, log),
      ),
      resume: recover.resume.handler(({ input, signal, path }) =>
        guardedEvents(recovery.resume(input, signal), path, log),
      ),
      planUndo: recover.planUndo.handler(({ input: { connectionId, recordId }, signal, path }) =>
        guardedEvents(undoing.plan(connectionId, recordId, signal), path, log),
      ),
      undo: writes.recovery.undo.handler(({ input, context }) => undoing.undo(context.grant, input.recordId)),
    },
    trim: {
      plan: trim.plan.handler(({ input, signal }) => trimming.plan(input, signal)),
      run: writes.trim.run.handler(({ input, context }) => trimming.run(context.grant, input)),
    },
    redrive: {
      survey: redrive.survey.handler(({ input, signal, path }) =>
        guardedEvents(redriving.survey(input, signal), path, log),
      ),
      run: writes.redrive.run.handler(({ input, context }) => redriving.run(context.grant, input)),
    },
    restore: {
      backups: reads.restore.backups.handler(async () => {
        const { backups, older } = await restoring.backups()
        return { backups: [...backups], older }
      }),
      planCopies: reads.restore.planCopies.handler(({ input, signal, path }) =>
        guardedEvents(restoring.planCopies(input, signal), path, log),
      ),
      addCopies: writes.restore.addCopies.handler(({ input, context }) => restoring.addCopies(context.grant, input)),
      planRebuild: reads.restore.planRebuild.handler(({ input, signal, path }) =>
        guardedEvents(restoring.planRebuild(input, signal), path, log),
      ),
      rebuild: writes.restore.rebuild.handler(({ input, context }) => restoring.rebuild(context.grant, input)),
      planSwap: reads.restore.planSwap.handler(({ input: { connectionId, recordId }, signal, path }) =>
        guardedEvents(restoring.planSwap(connectionId, recordId, signal), path, log),
      ),
      catchUp: writes.restore.catchUp.handler(({ input, context }) => restoring.catchUp(context.grant, input.recordId)),
      swap: writes.restore.swap.handler(({ input, context }) => restoring.swap(context.grant, input)),
    },
    job: {
      list: job.list.handler(() => [...jobs.list()]),
      watch: job.watch.handler(({ signal, path }) => guardedEvents(jobs.watch(signal), path, log)),
      pause: job.pause.handler(({ input }) => jobs.pause(input.jobId)),
      resume: job.resume.handler(({ input }) => jobs.resume(input.jobId)),
      limit: job.limit.handler(({ input }) => jobs.limit(input.jobId, input.perSecond)),
      cancel: job.cancel.handler(({ input }) => jobs.cancel(input.jobId)),
    },
    journal: {
      list: log_.list.handler(async ({ input }) => {
        const { records, ...rest } = await journal.list(input)
        return { ...rest, records: [...records] }
      }),
    },
  })
}
