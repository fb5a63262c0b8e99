/** A walk as the contract tells of it, until it is left; `keep` is given what it comes to. */
export async function* tellPlanning<Progress extends object, Made, Plan>(
  walk: AsyncGenerator<Progress, Made>,
  keep: (made: NonNullable<Made>) => Plan,
  signal?: AbortSignal,
): AsyncGenerator<({ readonly state: 'reading' } & Progress) | { readonly state: 'ready'; readonly plan: Plan }, void> {
  try {
    for (;;) {
      const step = await walk.next()
      if (signal?.aborted) return
      if (step.done) {
        if (step.value !== undefined && step.value !== null) yield { state: 'ready', plan: keep(step.value) }
        return
      }
      yield { state: 'reading', ...step.value }
    }
  } finally {
    // What it reads of is let go of.
    await walk.return(undefined as Made)
  }
}
