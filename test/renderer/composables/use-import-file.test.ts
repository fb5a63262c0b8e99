import { flushPromises } from '@vue/test-utils'
import { effectScope } from 'vue'
import { expect, test } from 'vitest'
import type { ImportEvent } from '../../../shared/model/entry-import'
import { useImportFile } from '../../../renderer/composables/use-import-file'
import { events, fakeApi } from '../helpers/fake-api'

const staged: ImportEvent = {
  kind: 'staged',
  format: 'csv',
  again: 'word',
  file: 'import-1.jsonl',
  entries: 2,
  bytes: 8,
  hasIds: false,
  goesUp: true,
}

test('a file that the host asked for stays where the next question is cancelled, and goes once another is chosen', async () => {
  const told: (readonly ImportEvent[])[] = [
    [{ kind: 'reading', name: 'a.csv', bytes: 0, total: 9 }, staged],
    [{ kind: 'stopped', why: 'cancelled' }],
    [{ kind: 'reading', name: 'b.csv', bytes: 0, total: 9 }],
  ]
  const signals: AbortSignal[] = []
  fakeApi({
    restore: {
      readImport: (_input, { signal } = {}) => {
        signals.push(signal!)
        return events(told[signals.length - 1] ?? [], signal, signals.length === 2)
      },
    },
  })
  const scope = effectScope()
  const { state, choose } = scope.run(useImportFile)!
  for (const expected of [
    { ...staged, name: 'a.csv' },
    { ...staged, name: 'a.csv' },
    { kind: 'reading', name: 'b.csv' },
  ]) {
    choose(null)
    await flushPromises()
    expect(state.value).toMatchObject(expected)
    expect(signals[0]?.aborted).toBe(expected.name === 'b.csv')
  }
  scope.stop()
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false, true])
})
