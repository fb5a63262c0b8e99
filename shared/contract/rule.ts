import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { dryRun, rule, ruleFields, ruleRun, rulesNow } from '../model/rule'
import { looks, onConnection, prepares, writes } from './base'

const onRule = onConnection.extend({ id: rule.shape.id })

/** Rules do a recovery again and again, on connections that are open, whether or not a page looks. */
export const ruleContract = {
  /** All of them and how they fare, and again whenever that changes, until the caller leaves. */
  watch: looks.output(eventIterator(rulesNow)),
  /** It is off. Throws BAD_INPUT where it can't be one, or there are too many, and STORAGE. */
  add: prepares.input(ruleFields).output(rule),
  /** It is off from then on. Throws BAD_INPUT, NOT_FOUND, STORAGE. */
  change: prepares.input(rule).output(rule),
  remove: prepares.input(rule.pick({ id: true })).output(z.void()),
  /** What a run would do now; reads only. Throws NOT_FOUND, UNREACHABLE. */
  dryRun: prepares.input(onRule).output(dryRun),
  /**
   * From now on it acts by itself. Throws BAD_INPUT where exactly this text was not tried by `dryRun` lately, or that found what stops it;
   * READ_ONLY; on production CONFIRMATION_NEEDED unless `typed` is its pattern of streams.
   */
  enable: prepares.input(onRule.extend({ typed: z.string().max(512).optional() })).output(z.void()),
  /** Ends a run between two batches. */
  disable: prepares.input(rule.pick({ id: true })).output(z.void()),
  /** One run now, of a rule that is on. Null: it waits, or another process runs it. */
  run: writes.input(onRule).output(ruleRun.nullable()),
}
