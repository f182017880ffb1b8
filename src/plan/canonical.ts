/** The canonical form of a unit: what decides whether a commit changed it. */

/** Directive (`Service.ExecStart`) → canonical text of its merged, expanded value. Order, comments and white space are gone. */
export type CanonicalSettings = Readonly<Record<string, string>>
