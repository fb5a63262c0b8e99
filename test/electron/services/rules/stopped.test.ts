import { expect, test } from 'vitest'
import type { WebhookRequest } from '../../../../electron/services/alerts/send'
import type { AlertsNow } from '../../../../shared/model/alert'
import { ANY_ALERT, WEBHOOK } from '../../../helpers/any-alert'
import { KEY, SEED_1, useRules, type Api } from './rules-kit'

const sent: WebhookRequest[] = []
/** By all of them: whichever comes first tells it. */
const kit = useRules(undefined, {
  sendWebhook(request) {
    sent.push(request)
    return Promise.resolve({ kind: 'replied', status: 200 })
  },
})

/** What is wrong with rules, as a page is told it; the first that is, or none by now. */
async function findings(api: Api): Promise<readonly unknown[]> {
  for await (const event of await api.monitoring.watch({ connectionId: kit.connectionId })) {
    if (event.kind === 'findings') return event.findings.filter(({ kind }) => kind === 'rule-stopped')
  }
  throw new Error('it was never judged')
}

async function tellings(api: Api): Promise<AlertsNow['tellings']> {
  for await (const now of await api.alert.watch()) return now.tellings
  throw new Error('no alerts were told of')
}

test('a rule that stops itself is found and told, once, to a webhook too; once it is seen to it is found no more', async () => {
  const api = await kit.host({}, { walkFrom: 'opened' })
  const other = await kit.host({}, { walkFrom: 'opened' })
  const { id: hook } = await api.alert.addDestination({ ...WEBHOOK, format: 'sluice' })
  await api.alert.add({ ...ANY_ALERT, kinds: ['rule-stopped'], destinationIds: [hook] })
  await kit.crash(3)
  const id = await kit.on({ ...SEED_1, mostPerRun: 1, mostPerDay: 1 })
  expect(await findings(api)).toEqual([])
  await kit.api.rule.run(kit.of(id))
  await kit.api.rule.run(kit.of(id))
  const stopped = { kind: 'rule-stopped', ruleId: id, name: 'monitor', why: 'day-budget', atMs: kit.nowMs }
  await expect.poll(() => findings(api)).toMatchObject([stopped])
  await expect.poll(() => findings(other)).toMatchObject([stopped])
  await expect.poll(() => tellings(api)).toMatchObject([{ what: 'raised', count: 1, named: [{ finding: stopped }] }])
  await expect.poll(() => sent.length).toBe(1)
  expect(sent[0]!.body).toContain('The rule monitor turned itself off: there was more to do than it may in a day.')

  await kit.crash(1, 60_000, KEY)
  const twice = await kit.on({ ...SEED_1, name: 'second', mostPerRun: 1, mostPerDay: 1 })
  await kit.api.rule.run(kit.of(twice))
  await kit.api.rule.run(kit.of(twice))
  await expect.poll(async () => (await findings(api)).length).toBe(2)
  await kit.api.rule.enable(kit.of(id))
  await expect.poll(() => findings(api)).toMatchObject([{ name: 'second' }])
  await api.rule.remove({ id: twice })
  await expect.poll(() => findings(api)).toEqual([])
  expect(
    (await tellings(api)).filter(
      ({ what, named }) =>
        what === 'raised' && named[0]?.finding && 'ruleId' in named[0].finding && named[0].finding.ruleId === id,
    ),
  ).toHaveLength(1)
})
