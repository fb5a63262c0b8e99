import { expect, test } from 'vitest'
import { noteMade } from '../../../../electron/services/restore/note-made'
import type { RestoreContext } from '../../../../electron/services/restore/context'
import { AppError } from '../../../../shared/error'

const gone = new AppError('UNREACHABLE', { reason: 'closed', endpoint: 'here', detail: null })

test('what was done counts also where the server is lost just then: the mark is left out', async () => {
  const made: unknown[] = []
  const context = {
    key: Buffer.from('copies'),
    reader: { call: () => Promise.reject(gone), pipeline: () => Promise.reject(gone), mayScript: () => false },
    record: { made: (mark: unknown) => Promise.resolve(void made.push(mark)) },
  } as unknown as RestoreContext
  await expect(noteMade(context)).resolves.toBeUndefined()
  expect(made).toEqual([])
})
