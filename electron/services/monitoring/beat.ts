/** Between two beats while nobody looks, at least. */
const UNSEEN_BEAT_MS = 30_000

export interface BeatOptions {
  /** 0: never. */
  readonly refreshSeconds: () => number
  /** Whether somebody looks. */
  readonly isSeen: () => boolean
  onBeat(): void
}

export interface Beat {
  /** To be called where how often it beats, or whether somebody looks, may have changed. */
  schedule(): void
  end(): void
}

/** Tells when it is time to read all again, counted from the beat before. Begins with `schedule`. */
export function createBeat({ refreshSeconds, isSeen, onBeat }: BeatOptions): Beat {
  let timer: NodeJS.Timeout | undefined
  let beatAtMs = Date.now()
  let hasEnded = false

  function beat(): void {
    beatAtMs = Date.now()
    onBeat()
    schedule()
  }
  function schedule(): void {
    clearTimeout(timer)
    const everyMs = refreshSeconds() * 1_000
    if (everyMs === 0 || hasEnded) return
    const restMs = isSeen() ? everyMs : Math.max(everyMs, UNSEEN_BEAT_MS)
    timer = setTimeout(beat, Math.max(0, beatAtMs + restMs - Date.now())).unref()
  }
  return {
    schedule,
    end() {
      hasEnded = true
      clearTimeout(timer)
    },
  }
}
