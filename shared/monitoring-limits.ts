// By themselves, so that the page can keep to them without the schemas.

/** Stream reports of one event, and streams of a page's screen, at most. */
export const MOST_REPORTS = 200
/** Groups of a stream that a page is told of: of more, the worst. */
export const MOST_GROUPS_TOLD = 200
/** Findings that a page may ask for. */
export const MOST_FINDINGS = 1_000
/** Findings that a page is told until it says how many it shows: the first it draws have not to be asked for. */
export const FINDINGS_AT_FIRST = 24
/** Of so many consumers or more, those that hold nothing are looked at as well. */
export const CROWD_FROM = 10
