import type { Locator, Page } from 'playwright-core'
import type { Tab } from '../../renderer/utils/tab'

/** A place of the sandbox, and how a person gets there. Driven by the screenshots and by the accessibility test. */
export interface View {
  readonly name: string
  /** Leaves the view on the screen with its data. */
  open(page: Page): Promise<void>
}

/** As the screen shows a key that isn't UTF-8. */
const BINARY_STREAM = 'odd:latin1:caf\\xe9'
/** A name that goes from right to left. */
const HEBREW_STREAM = 'odd:עברית:הזמנות'

/** Each kind of tab, as it opens. */
const tabs: Readonly<Record<Tab['kind'], View>> = {
  triage: {
    name: 'triage',
    async open(page) {
      await openTriage(page)
      await page.getByRole('list', { name: 'Findings' }).getByRole('listitem').first().waitFor()
    },
  },
  stream: { name: 'stream-groups', open: (page) => openStream(page, 'orders') },
  group: { name: 'group-pending', open: (page) => openGroup(page, 'orders', 'billing') },
  alerts: { name: 'alerts', open: (page) => press(page, ['g', 'a'], 'Alerts') },
  rules: { name: 'rules', open: (page) => press(page, ['g', 'k'], 'Rules') },
  journal: { name: 'journal', open: (page) => press(page, ['g', 'j'], 'Journal') },
  'command-log': {
    name: 'command-log',
    async open(page) {
      await press(page, ['g', 'l'], 'Command log')
      await commandRow(page).waitFor()
    },
  },
  backups: { name: 'backups', open: openBackups },
  settings: { name: 'settings', open: (page) => press(page, ['Control+,'], 'Settings') },
  connections: { name: 'connections', open: (page) => press(page, ['g', 'c'], 'Connections') },
}

export const views: readonly View[] = [
  ...Object.values(tabs),
  { name: 'stream-entries', open: (page) => openEntries(page, 'orders') },
  { name: 'entry', open: (page) => openEntry(page, 'orders') },
  { name: 'entry-binary', open: (page) => openEntry(page, BINARY_STREAM) },
  {
    name: 'delete-entries',
    async open(page) {
      await openEntries(page, 'orders')
      const rows = page.getByRole('grid', { name: /^Entries/ })
      await rows.getByRole('checkbox', { name: 'Select row 1', exact: true }).click()
      await rows.getByRole('checkbox', { name: 'Select row 4', exact: true }).click({ modifiers: ['Shift'] })
      await page.getByRole('toolbar', { name: 'Entries' }).getByRole('button', { name: 'Delete…' }).click()
      await page.getByRole('dialog').getByRole('region', { name: 'What it would do' }).waitFor()
    },
  },
  {
    name: 'export',
    async open(page) {
      await openEntries(page, 'orders')
      await page.getByRole('toolbar', { name: 'Entries' }).getByRole('button', { name: 'Export…' }).click()
      await page.getByRole('dialog', { name: 'Export entries' }).waitFor()
    },
  },
  {
    name: 'copy',
    async open(page) {
      await openEntries(page, 'orders')
      await page
        .getByRole('toolbar', { name: 'Entries' })
        .getByRole('button', { name: 'Copy to another stream…' })
        .click()
      await page.getByRole('textbox', { name: 'To the stream' }).fill('orders-copy')
      await page.getByRole('region', { name: 'What it would do' }).waitFor()
    },
  },
  {
    name: 'columns',
    async open(page) {
      await openEntries(page, 'orders')
      await page.getByRole('toolbar', { name: 'Entries' }).getByRole('button', { name: 'Columns…' }).click()
      await page.getByRole('dialog', { name: 'Columns of the entries' }).waitFor()
    },
  },
  {
    name: 'stream-timeline',
    async open(page) {
      await openPart(page, 'orders', 'Timeline')
      await page.getByRole('region', { name: 'Timeline' }).getByRole('img').waitFor()
    },
  },
  { name: 'stream-trend', open: (page) => openPart(page, 'orders', 'Trend') },
  {
    name: 'trim',
    async open(page) {
      await openStream(page, 'orders')
      await page.getByRole('button', { name: 'Trim…' }).click()
      await page.getByRole('region', { name: 'What it would do' }).getByRole('table').first().waitFor()
    },
  },
  { name: 'add-entry', open: (page) => openDialog(page, openEntries, 'Add entry') },
  { name: 'create-group', open: (page) => openDialog(page, openStream, 'Create group') },
  {
    name: 'group-selection',
    async open(page) {
      await openGroup(page, 'orders', 'billing')
      await pendingRow(page).getByRole('checkbox').check()
    },
  },
  {
    name: 'group-filter',
    async open(page) {
      await openGroup(page, 'orders', 'billing')
      await filterPending(page, { 'Idle for at least': '30' })
      await page.getByRole('button', { name: 'Filter', exact: true }).click()
      await page.getByRole('form', { name: 'Filter pending entries' }).waitFor()
    },
  },
  {
    name: 'recover',
    async open(page) {
      await openGroup(page, 'orders', 'billing')
      await page.getByRole('button', { name: 'Recover…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Recover entries' })
      await dialog.getByRole('region', { name: 'What it would do' }).waitFor()
    },
  },
  {
    name: 'recover-handle',
    async open(page) {
      await openGroup(page, 'tweets_stream', 'redisearch_app_group')
      await page.getByRole('button', { name: 'Recover…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Recover entries' })
      await dialog.getByRole('combobox', { name: 'What to do' }).selectOption('Write to hashes and ack')
      await dialog.getByRole('combobox', { name: 'Claim to' }).selectOption('smonitoring_app')
      await dialog.getByRole('textbox', { name: 'Keys begin with' }).fill('tweet:')
      await dialog.getByRole('region', { name: 'What it would do' }).waitFor()
    },
  },
  {
    name: 'recover-spread',
    async open(page) {
      await openGroup(page, 'orders', 'billing')
      await page.getByRole('button', { name: 'Recover…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Recover entries' })
      await dialog.getByRole('combobox', { name: 'What to do' }).selectOption('Spread over consumers')
      await dialog.getByRole('combobox', { name: 'Spread over' }).selectOption('These…')
      await dialog.getByRole('textbox', { name: 'A new consumer' }).fill('worker-4')
      await dialog.getByRole('textbox', { name: 'A new consumer' }).press('Enter')
      await dialog.getByRole('region', { name: 'What it would do' }).getByText('worker-4').first().waitFor()
    },
  },
  {
    name: 'job-failures',
    async open(page) {
      await openGroup(page, 'tweets_stream', 'redisearch_app_group')
      await page.getByRole('button', { name: 'Recover…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Recover entries' })
      await dialog.getByRole('combobox', { name: 'What to do' }).selectOption('Write to hashes and ack')
      await dialog.getByRole('combobox', { name: 'Claim to' }).selectOption('smonitoring_app')
      // No entry has it, so none is written.
      await dialog.getByRole('textbox', { name: 'Field', exact: true }).fill('no such field')
      await dialog.getByRole('button', { name: /^Write \d+ entries$/ }).click()
      await page.getByText('209 entries not handled').click()
    },
  },
  {
    name: 'recover-script',
    async open(page) {
      await openGroup(page, 'orders', 'billing')
      await page.getByRole('button', { name: 'Recover…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Recover entries' })
      await dialog.getByRole('button', { name: 'All commands as a script…' }).click()
      await dialog.getByRole('button', { name: 'Copy the script' }).scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'recover-release',
    async open(page) {
      await openGroup(page, 'orders', 'billing')
      await page.getByRole('button', { name: 'Recover…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Recover entries' })
      await dialog.getByRole('combobox', { name: 'What to do' }).selectOption('Release to the group (not here)')
      await dialog.getByText('This server has no XNACK').first().waitFor()
    },
  },
  {
    name: 'group-charts',
    async open(page) {
      await openGroup(page, 'orders', 'billing')
      await page.getByRole('tab', { name: 'Charts' }).click()
      await page.getByRole('region', { name: 'Charts' }).locator('canvas').first().waitFor()
    },
  },
  {
    name: 'group-set-id',
    async open(page) {
      await openGroup(page, 'orders', 'billing')
      await page.getByRole('button', { name: 'Group', exact: true }).click()
      await page.getByRole('menuitem', { name: 'Set the last delivered id…' }).click()
      await page.getByRole('combobox', { name: 'The group reads on after' }).selectOption('0')
      await page.getByRole('region', { name: 'What it would do' }).getByText('once more').waitFor()
    },
  },
  { name: 'group-right-to-left', open: (page) => openGroup(page, HEBREW_STREAM, 'קבוצה') },
  {
    name: 'restore',
    async open(page) {
      await openBackups(page)
      await page.getByRole('grid', { name: 'Backups' }).getByRole('button', { name: 'Restore…' }).first().click()
      await page.getByRole('region', { name: 'What it would do' }).waitFor()
    },
  },
  {
    name: 'restore-new-key',
    async open(page) {
      await openBackups(page)
      await page.getByRole('grid', { name: 'Backups' }).getByRole('button', { name: 'Restore…' }).first().click()
      await page.getByRole('combobox', { name: 'How' }).selectOption('rebuild')
      await page.getByRole('region', { name: 'What it would do' }).getByText('by their original ids').waitFor()
    },
  },
  { name: 'swap', open: openSwap },
  {
    name: 'connection-form',
    async open(page) {
      await press(page, ['g', 'c'], 'Connections')
      await page.getByRole('button', { name: 'Add a connection' }).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'connection-test',
    async open(page) {
      await press(page, ['g', 'c'], 'Connections')
      await page
        .getByRole('button', { name: /^Save a copy of / })
        .first()
        .click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: 'Test', exact: true }).click()
      await dialog.getByText('It works').waitFor()
    },
  },
  {
    name: 'rule-form',
    async open(page) {
      await press(page, ['g', 'k'], 'Rules')
      await page.getByRole('button', { name: 'Add a rule' }).first().click()
      await page.getByRole('dialog').getByLabel('Do with them').selectOption('handle')
      await page.getByRole('dialog').getByRole('switch', { name: 'Only in a window of time' }).check()
    },
  },
  {
    name: 'sweep',
    async open(page) {
      await openTriage(page)
      await page.getByRole('button', { name: 'Recover everywhere…' }).click()
      await page.getByRole('region', { name: 'Group by group' }).waitFor()
    },
  },
  {
    name: 'alert-form',
    async open(page) {
      await press(page, ['g', 'a'], 'Alerts')
      await page.getByRole('button', { name: 'Add an alert' }).first().click()
      await page.getByRole('dialog').getByRole('switch', { name: 'Quiet hours' }).check()
    },
  },
  { name: 'palette', open: (page) => overlay(page, 'Control+k') },
  { name: 'shortcuts', open: (page) => overlay(page, '?') },
]

/** Goes home by loading the page anew: whatever was open is closed, and the streams are known. A new page is there already. */
export async function openTriage(page: Page): Promise<void> {
  await page.evaluate(() => sessionStorage.clear())
  await page.goto('/')
  await page.getByRole('grid', { name: 'Groups of all streams' }).getByRole('row').nth(1).waitFor()
}

export async function openStream(page: Page, key: string): Promise<void> {
  await openTriage(page)
  await goToStream(page, key)
}

/** From wherever one is, on the connection one looks at. */
export async function goToStream(page: Page, key: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill(key)
  await page.getByRole('option', { name: new RegExp(`^${escape(key)}\\s*stream$`) }).click()
  await page.getByRole('grid', { name: 'Groups', exact: true }).getByRole('row').nth(1).waitFor()
}

export async function openPart(page: Page, key: string, part: 'Entries' | 'Timeline' | 'Trend'): Promise<void> {
  await openStream(page, key)
  await page.getByRole('tab', { name: part }).click()
}

export async function openEntries(page: Page, key: string): Promise<void> {
  await openTriage(page)
  await goToEntries(page, key)
}

export async function goToEntries(page: Page, key: string): Promise<void> {
  await goToStream(page, key)
  await page.getByRole('tab', { name: 'Entries' }).click()
  await entryRow(page).waitFor()
}

export async function openEntry(page: Page, key: string): Promise<void> {
  await openEntries(page, key)
  await entryRow(page).click()
  await page.getByRole('complementary', { name: 'Entry' }).getByRole('region').first().waitFor()
}

export async function openGroup(page: Page, key: string, group: string): Promise<void> {
  await openTriage(page)
  await goToGroup(page, key, group)
}

export async function goToGroup(page: Page, key: string, group: string): Promise<void> {
  await goToStream(page, key)
  await page.getByRole('grid', { name: 'Groups', exact: true }).getByRole('row', { name: group }).click()
  await pendingRow(page).waitFor()
}

/** Narrows the pending list that shows. */
export async function filterPending(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  const form = page.getByRole('form', { name: 'Filter pending entries' })
  for (const [label, value] of Object.entries(fields)) {
    const field = form.getByLabel(label, { exact: true })
    if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(value)
    else await field.fill(value)
  }
  await form.getByRole('button', { name: 'Apply' }).click()
  await form.waitFor({ state: 'hidden' })
}

/** The swap of a stream with the key that a backup of it was just restored into. */
async function openSwap(page: Page): Promise<void> {
  await openBackups(page)
  await page.getByRole('grid', { name: 'Backups' }).getByRole('button', { name: 'Restore…' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Restore from a backup' })
  await dialog.getByRole('combobox', { name: 'How' }).selectOption('rebuild')
  await dialog.getByRole('button', { name: /^Restore \d+ entries$/ }).click()
  await page.getByRole('button', { name: 'Swap…' }).first().click()
  await page.getByRole('region', { name: 'What it would do' }).waitFor()
}

/** With a backup in it: a stream is trimmed a little, unless there is one already. */
export async function openBackups(page: Page): Promise<void> {
  const row = page.getByRole('grid', { name: 'Backups' }).locator(FIRST_ROW)
  const none = page.getByText('There are no backups')
  await press(page, ['g', 'b'], 'Backups')
  await row.or(none).first().waitFor()
  if (await row.isVisible()) return
  await goToStream(page, 'notifications')
  await page.getByRole('button', { name: 'Trim…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Trim stream' })
  await dialog.getByRole('checkbox', { name: 'Approximate' }).uncheck()
  await dialog.getByRole('textbox', { name: 'How many' }).fill('55')
  await dialog.getByRole('button', { name: /^Remove \d+ entries$/ }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.keyboard.press('g')
  await page.keyboard.press('b')
  await row.waitFor()
}

async function openDialog(page: Page, goTo: (page: Page, key: string) => Promise<void>, button: string): Promise<void> {
  await goTo(page, 'orders')
  await page.getByRole('button', { name: button }).first().click()
  await page.getByRole('dialog').waitFor()
}

async function press(page: Page, keys: readonly string[], tab: string): Promise<void> {
  await openTriage(page)
  for (const key of keys) await page.keyboard.press(key)
  await page.getByRole('tab', { name: tab, selected: true }).waitFor()
}

async function overlay(page: Page, key: string): Promise<void> {
  await openTriage(page)
  await page.keyboard.press(key)
  await page.getByRole('dialog').waitFor()
}

// By its place in the table: what stands in for rows that are still being read has none.
const FIRST_ROW = '[role=row][aria-rowindex="2"]'
const entryRow = (page: Page): Locator => page.getByRole('grid', { name: /^Entries/ }).locator(FIRST_ROW)
const commandRow = (page: Page): Locator => page.getByRole('grid', { name: 'Commands sent' }).locator(FIRST_ROW)
const pendingRow = (page: Page): Locator => page.getByRole('grid', { name: /^Pending entries/ }).locator(FIRST_ROW)

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
