import { figuresOf } from '../../../shared/judgement/alerts/figures'
import { FINDING_HEALTH } from '../../../shared/judgement/finding-weight'
import type { NamedFinding } from '../../../shared/model/alert'
import type { WebhookFormat } from '../../../shared/model/alert-destination'
import { viewHash } from '../../../shared/view-hash'
import { messageLines, toldText, type ToTell } from '../../../shared/words/alert-text'
import { words } from '../../../shared/words/words'

/** What leaves Sluice: codes, words, figures and names. No body of an entry, and no secret. `pageUrl`: where its pages are; null: not known. */
export function eventOf(told: ToTell, pageUrl: string | null): object {
  const { id, atMs, alertId, alertName, connectionId, connectionName, what, count, named } = told
  return {
    event: what === 'test' ? 'test' : `finding.${what}`,
    id,
    at: new Date(atMs).toISOString(),
    alert: { id: alertId, name: alertName },
    connection: { id: connectionId, name: connectionName },
    count,
    findings: named.map((one) => ({
      code: one.kind,
      severity: FINDING_HEALTH[one.kind],
      text: toldText(one),
      stream: one.key,
      group: one.group,
      figures: one.finding ? figuresOf(one.finding) : {},
      since: new Date(one.sinceMs).toISOString(),
      link: linkTo(connectionId, one, pageUrl),
    })),
  }
}

/** The body of a webhook. */
export function webhookBody(format: WebhookFormat, told: ToTell, pageUrl: string | null): string {
  if (format === 'sluice') return JSON.stringify(eventOf(told, pageUrl))
  const [first] = told.named
  const link = first === undefined ? null : linkTo(told.connectionId, first, pageUrl)
  const lines = [...messageLines(told), ...(link === null ? [] : [link])]
  if (format === 'slack') return JSON.stringify({ text: lines.map(plainForSlack).join('\n'), mrkdwn: false })
  // Text runs are shown as they are: a name that looks like Markdown is no link.
  const run = (text: string, weight: 'bolder' | 'default') => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text, weight }],
  })
  const body = lines.map((line, at) => run(line, at === 0 ? 'bolder' : 'default'))
  const content = {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.4',
    body,
    ...(link === null ? {} : { actions: [{ type: 'Action.OpenUrl', title: words.alert.open, url: link }] }),
  }
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }
  return JSON.stringify({ type: 'message', attachments: [attachment] })
}

/** Only so a name can't call a whole channel, or be a link. */
function plainForSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function linkTo(connectionId: string, { key, group }: Pick<NamedFinding, 'key' | 'group'>, pageUrl: string | null) {
  if (pageUrl === null) return null
  const names = [key, group].filter((name) => name !== null)
  const kind = ['triage', 'stream', 'group'][names.length] ?? 'triage'
  const hash = viewHash(connectionId, kind, names)
  return hash === null ? pageUrl : `${pageUrl}${hash}`
}
