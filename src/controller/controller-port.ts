/** What the api may ask of the controller: the product's verbs, in the contract's words. */
import type {
  AtAnswer,
  EventMessage,
  HistoryAnswer,
  PlanAnswer,
  StatusAnswer,
  UnitView,
  WhyAnswer,
} from '../api/contract.ts'
import type {
  OperationAnswer,
  OperationRequest,
  RollbackAnswer,
  RollbackRequest,
  SuspendRequest,
  SyncAnswer,
  SyncRequest,
  UnitVerb,
  VerbAnswer,
  VerbRequest,
} from '../api/requests.ts'

import type { EventQuery, EventRecord } from '../store/event-record.ts'

export interface Controller {
  /** `withEdits: false`: the work tree is not looked at, which takes time in proportion to its files. */
  status(wish?: { readonly withEdits?: boolean }): Promise<StatusAnswer>
  /** Fails `units/unknown` with the nearest names as remedy. */
  unit(name: string): Promise<UnitView>
  history(query: { readonly unit?: string; readonly limit: number }): Promise<HistoryAnswer>
  /** What would be done to get to a revision (default: the branch's tip). Fails `git/bad-revision`. */
  plan(revision: string | undefined): Promise<PlanAnswer>
  sync(request: SyncRequest): Promise<SyncAnswer>
  rollback(request: RollbackRequest): Promise<RollbackAnswer>
  /** Ends the running deployment and takes it back; the revision stays out until it changes. Fails `plan/nothing`. */
  cancel(request: OperationRequest): Promise<OperationAnswer>
  /** What waits to be confirmed stays. Fails `plan/nothing`. */
  confirm(request: OperationRequest): Promise<OperationAnswer>
  /** No commit is applied until `resume`; services go on. */
  suspend(request: SuspendRequest): Promise<OperationAnswer>
  /** Ends suspension and pin. Fails `plan/nothing`. */
  resume(request: OperationRequest): Promise<OperationAnswer>
  verb(unit: string, verb: UnitVerb, request: VerbRequest): Promise<VerbAnswer>
  why(unit: string): Promise<WhyAnswer>
  /** What happened, as far as it is kept. */
  events(query: EventQuery): readonly EventRecord[]
  /** What was in force at an earlier time. */
  at(atMs: number): AtAnswer
  subscribe(listener: (event: EventMessage) => void): () => void
}
