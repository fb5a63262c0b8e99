import type { AppErrorCode } from '../../error-data'
import type { Role } from '../../roles'

const ROLES: Readonly<Record<Role, string>> = {
  viewer: 'Whoever has a token may call it.',
  operator: 'Takes the role operator.',
  admin: 'Takes the role admin.',
}

/** What a code means to a program, and what it may do then. */
const ERRORS: Readonly<Record<AppErrorCode, string>> = {
  REDIS: 'Redis answered with an error.',
  UNREACHABLE: 'There is no usable connection. The command was certainly not carried out.',
  UNKNOWN_OUTCOME: 'A write was sent, and what came of it is not known. Look before you try again.',
  NOT_CARRIED_OUT: 'An addition whose reply was lost was found not to have been carried out.',
  ODD_REPLY: 'A reply made no sense; nothing was made of it.',
  READ_ONLY: 'The connection, or this Sluice, changes nothing.',
  FORBIDDEN: 'The role of the token may not.',
  CONFIRMATION_NEEDED: 'Production: the name of what is destroyed has to be given as confirmation.',
  NOT_FOUND: 'There is no such thing, or no more.',
  TOO_LARGE: 'It has more bytes than one reply may have.',
  BAD_INPUT: 'A field of the input is wrong; which, and why, is told.',
  STALE_PLAN: 'What the plan showed is no longer so, it was run, or its ten minutes are over. Plan again.',
  CONFLICT: 'A job is already changing this group or stream.',
  BUSY: 'The token has too many calls open.',
  UNSUPPORTED: 'The server, or the user’s rights, lack what this needs.',
  STORAGE: 'Files of the host could not be read or written; whether anything was sent to Redis is told.',
}

/** The HTTP API: its page at `/api`, its document, and what it answers by itself. */
export const apiWords = {
  title: 'Sluice: HTTP API',
  heading: 'HTTP API',
  description:
    'All that a page of Sluice may ask for, for programs. Each procedure is called by POST, with its input as JSON, and a token in the header Authorization.',
  version: (version: string) => `Sluice ${version}`,
  documentLink: 'The same as an OpenAPI 3.1 document',
  howTitle: 'How it is called',
  how: [
    'A token is made where Sluice runs, by “sluice token add NAME --role ROLE”, and revoked by “sluice token revoke NAME”. It is good for nothing but this, and the journal names it as who it was.',
    'It is sent as “Authorization: Bearer TOKEN”, and never in an address. A page of a browser can’t call anything here: cookies count for nothing, and what names an Origin is refused.',
    'A connection is named by its id (connection/list), and has to be open (connection/open).',
    'What changes something is planned first (reads only, kept for ten minutes), run by the plan’s id, and taken back by recovery/undo. On production connections what Redis can’t take back asks for the name of what is destroyed as confirmation.',
    'Names, fields and values may be any bytes: a string where they are UTF-8, else {"base64": …}. Ids are strings. A count that no JSON number has exactly comes as a string of digits.',
    'What goes on is text/event-stream: events “message”, and at the end nothing more, or “error” with the same body as an error. Hanging up ends it.',
    'Files are fetched from, and sent to, a path that is given, with the same token; below the base path, where there is one.',
  ],
  exampleTitle: 'For example',
  errorsTitle: 'Errors',
  errorsHint:
    'The body of an error has its code, what it is about (data), and a sentence for people (message). None that may have been carried out has a status that clients take for “try again”.',
  status: 'Status',
  code: 'Code',
  means: 'What it means',
  schemasTitle: 'Shapes',
  input: 'Input',
  output: 'Output',
  nothing: 'nothing',
  events: 'a stream of events, each',
  mutates: 'Changes Redis.',
  irreversible: 'Redis can’t take it back.',
  role: (role: Role) => ROLES[role],
  fieldRole: (field: string, role: Role) => `The field ${field} takes the role ${role}.`,
  errors: ERRORS,
  tokenScheme: 'A token of “sluice token add”.',
  ok: 'OK',
  responses: {
    unauthorized: 'No token, or none that is good.',
    hostRefused: 'The host that was asked for is not this one, or a page of a browser asked.',
    tooManyTries: 'Too many wrong tokens from this network.',
    tooLarge: 'The input is larger than 1 MiB.',
    notJson: 'The input is not application/json.',
    failed: 'Something that should not have happened; it is in the log of the host.',
  },
  refused: {
    unauthorized: 'give a token of this Sluice: Authorization: Bearer …',
    page: 'no page of a browser may call this',
    tooManyTries: (seconds: number) => `too many wrong tokens; wait ${seconds} s`,
    tooLarge: 'the input may have 1 MiB',
    notJson: 'the input has to be application/json',
    malformed: 'the input is no JSON',
    noSuch: 'there is no such procedure; /api lists all there are',
    failed: 'this should not have happened; it is in the log of Sluice',
  },
}
