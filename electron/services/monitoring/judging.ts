import { measureOf, type FindingMeasure } from '../../../shared/judgement/finding-measure'
import { judgeAll, tellTheSame, type Judged } from './findings'

const JUDGE_EVERY_MS = 200

export interface JudgingOptions {
  /** All that is known by now, as `judgeAll` takes it. */
  readonly facts: () => Parameters<typeof judgeAll>
  /** `isNews`: a page that was told the one before has something to learn. */
  readonly onJudged: (next: Judged, isNews: boolean) => void
}

/** What is made of all streams of a connection: at once the first time, then a moment after something is another. */
export interface Judging {
  /** Null: nothing was judged yet. */
  last(): Judged | null
  /** Something is another. */
  soon(): void
  /** How bad a finding is that is told; null: it is not. */
  measure(findingId: string): FindingMeasure | null
  end(): void
}

export function createJudging({ facts, onJudged }: JudgingOptions): Judging {
  let last: Judged | null = null
  let timer: NodeJS.Timeout | undefined
  let hasEnded = false

  function judge(): void {
    timer = undefined
    const next = judgeAll(...facts())
    const isNews = last === null || !tellTheSame(last, next)
    last = next
    onJudged(next, isNews)
  }
  return {
    last: () => last,
    soon() {
      if (!hasEnded) timer ??= setTimeout(judge, last === null ? 0 : JUDGE_EVERY_MS).unref()
    },
    measure(findingId) {
      const told = last?.cards.flatMap(({ findings }) => findings) ?? []
      const found = told.find(({ id }) => id === findingId)
      return found ? measureOf(found) : null
    },
    end() {
      hasEnded = true
      clearTimeout(timer)
    },
  }
}
