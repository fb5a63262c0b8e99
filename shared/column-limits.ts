/** Columns of the entries of one stream. */
export const MOST_COLUMNS = 40
/** Streams whose columns are remembered: the latest. */
export const MOST_LAYOUTS = 100
/** Of the name of a column, in characters. */
export const MOST_COLUMN_NAME = 1_024
/** Pixels of a column. */
export const [NARROWEST, WIDEST] = [40, 1_600] as const
