import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import { beforeAll, expect, test } from 'vitest'
import { journalActions } from '../../shared/model/kinds'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const RULE = 'no-restricted-syntax'
/** A file of each folder. Its text is not what is linted. */
const FILES = {
  services: 'electron/services/lib/error-info.ts',
  redis: 'electron/redis/missing.ts',
  api: 'electron/api/guard.ts',
  desktop: 'electron/desktop/menu.ts',
  web: 'electron/web/reply.ts',
  host: 'electron/host/data-dir.ts',
  sandbox: 'electron/sandbox/profiles.ts',
  shared: 'shared/for-good.ts',
  model: 'shared/model/selection.ts',
  contract: 'shared/contract/base.ts',
  judgement: 'shared/judgement/gone-entries.ts',
  format: 'shared/format/display-name.ts',
}
let eslint: ESLint
beforeAll(() => {
  eslint = new ESLint({
    cwd: ROOT,
    overrideConfigFile: 'build/eslint.config.js',
    // The rule needs no types: making those of the whole project took nine tenths of the time.
    ruleFilter: ({ ruleId }) => ruleId === RULE,
    overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
  })
})

/** Whether the rule refuses a line of code in a file. */
async function isRefused(code: string, folder: keyof typeof FILES = 'services'): Promise<boolean> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: `${ROOT}${FILES[folder]}` })
  const told = result?.messages ?? []
  expect(told.filter(({ fatal }) => fatal)).toEqual([])
  return told.some(({ ruleId }) => ruleId === RULE)
}

test.each(Object.keys(FILES) as (keyof typeof FILES)[])('a sentence in %s is refused', async (folder) => {
  expect(await isRefused("export const note = 'Redis keeps no way back.'", folder)).toBe(true)
})

test.each([
  ['in the middle of a template', 'export const note = (id: string) => `Its copy ${id} may still be there`'],
  ['of two words and a capital', "export const note = 'Nothing changed'"],
  ['inside an object', "export const plan = { undo: { note: 'it was read meanwhile' } }"],
  ['of an error that a page is shown', "throw new AppError('CONFLICT', { jobId: 'another job is at work' })"],
  ['chosen by a condition', "export const why = (is: boolean) => (is ? null : 'the stream is gone')"],
  ['of two small words', "export const why = 'already undone'"],
  ['of two words, chosen by a condition', "export const why = (is: boolean) => (is ? null : 'not found')"],
  ['of a word and more behind a colon', "export const note = 'Refused: see log'"],
  ['that is a label', "export const ending = 'Cancelled'"],
  ['that is a label of a menu', "export const item = { label: '&File' }"],
  ['of two words with capitals', "export const item = 'Command Palette…'"],
  ['of one word beside a value', 'export const counted = (n: number) => `${n} gone`'],
  ['of one word before a value', 'export const why = (what: string) => `Refused: ${what}`'],
  ['between two tags', 'export const html = (at: string) => `<p class="${at}">it was read meanwhile</p>`'],
  ['with an apostrophe', "export const why = 'it can’t be resumed'"],
])('so is one %s', async (_what, code) => {
  expect(await isRefused(code)).toBe(true)
})

test.each([
  ['a message by its code', "export const note = message('undo.no-way')"],
  ['a kind of two words', "export const kind = 'destroy group'"],
  ['each kind of the table', `export const kinds = ${JSON.stringify(journalActions)}`],
  ['what a server said', "export const isTaken = (said: string) => said.includes('already in use')"],
  ['a header', "export const headers = { 'cache-control': 'private, max-age=31536000' }"],
  ['HTML without words', 'export const html = (text: string) => `<p role="alert" id="problem">${text}</p>`'],
  ['a command', 'export const line = (key: string) => `XGROUP CREATE ${key} $ MKSTREAM`'],
  ['a fault of ours', "throw new Error('this should never have happened')"],
  ['a reply that makes no sense', "throw new ReplyShapeError('the reply was of another shape')"],
  ['a line of the log', "log.warn({ file }, 'the old file is kept aside')"],
  ['Lua', 'export const lua = "local id = redis.call(\'XADD\') if id then return id end"'],
  ['Lua with figures in it', 'export const lua = (n: number) => `local few = 1 < ${n} and (not few or few < 2)`'],
  ['a pattern of what a server says', 'export const odd = /but no password is set/'],
])('%s is not', async (_what, code) => {
  expect(await isRefused(code)).toBe(false)
})
