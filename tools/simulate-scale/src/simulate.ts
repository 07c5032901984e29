import { Clock } from './clock.ts';
import { nextArrivalMs, seeded } from './random.ts';
import { Station } from './station.ts';
import type { Outcome, System } from './system.ts';

const READ_AT_MOST = 500;
/** As the processes do: while a window is full it is looked again after so long, and outcomes are gathered for so long. */
const CLAIM_AGAIN_MS = 5;
const GATHER_OUTCOMES_MS = 2;
const SETTLES_IN = 0.2;

const ms = (us: number): number => us / 1000;

/** A queue of mails, by the moment at which each was handed over. */
class Mails {
  #handedOver: number[] = [];
  #next = 0;

  get length(): number {
    return this.#handedOver.length - this.#next;
  }

  add(mails: readonly number[]): void {
    this.#handedOver.push(...mails);
  }

  take(most: number): number[] {
    const taken = this.#handedOver.slice(this.#next, this.#next + Math.min(most, this.length));
    this.#next += taken.length;
    if (this.#next > 10_000) this.#next -= this.#handedOver.splice(0, this.#next).length;
    return taken;
  }
}

interface Acceptor {
  /** Its thread, and its one transaction at a time. */
  readonly stations: readonly Station[];
  readonly waiting: Mails;
  hand(): void;
}

/** Runs a system for so long, as it runs: batches at acceptance, claims within a window, takes of as many as there are free slots. */
export function simulate(system: System): Outcome {
  const { times, seed } = system;
  const clock = new Clock();
  const random = seeded(seed);
  const postgres = new Station(clock, system.postgresCores);
  /** One statement with its commit; only the processor's part is shared. */
  const statement = (rowsUs: number, done: () => void): void =>
    postgres.serve(ms(times.postgres.statementUs + rowsUs), () => clock.after(times.postgres.commitMs, done));

  const due = new Mails();
  const claimed = new Mails();
  const latencies: number[] = [];
  const settledMs = system.seconds * 1000 * SETTLES_IN;
  let sent = 0;

  /** Accepts what has come: checks a batch while the one before is stored, and stores one at a time. */
  const acceptor = (cpuUs: number): Acceptor => {
    const waiting = new Mails();
    const thread = new Station(clock, 1);
    const connection = new Station(clock, 1);
    let checking = false;
    let storing = false;
    let checked: number[] | undefined;
    const store = (): void => {
      if (storing || checked === undefined) return;
      const batch = checked;
      checked = undefined;
      storing = true;
      statement(times.postgres.acceptUs * batch.length, () => {
        storing = false;
        // What a larger batch would not spare: the rest is shared by as many as have come.
        connection.worked(ms(times.postgres.acceptUs * batch.length));
        due.add(batch);
        claim();
        store();
        check();
      });
      check();
    };
    const check = (): void => {
      if (checking || checked !== undefined || waiting.length === 0) return;
      checking = true;
      const batch = waiting.take(READ_AT_MOST);
      thread.serve(ms(cpuUs * batch.length), () => {
        checking = false;
        checked = batch;
        store();
      });
    };
    return { stations: [thread, connection], waiting, hand: () => (waiting.add([clock.nowMs]), check()) };
  };
  const consumer = acceptor(times.consumerUs);
  const intakes = Array.from({ length: system.intakes }, () => acceptor(times.intakeUs));

  let claiming = false;
  const claim = (): void => {
    const room = system.window - claimed.length;
    if (claiming || due.length === 0) return;
    if (room <= 0) {
      claiming = true;
      clock.after(CLAIM_AGAIN_MS, () => ((claiming = false), claim()));
      return;
    }
    claiming = true;
    const batch = due.take(room);
    statement(times.postgres.claimUs * batch.length, () => {
      claiming = false;
      claimed.add(batch);
      // Who asks first is a matter of chance.
      const first = Math.floor(random() * workers.length);
      for (let index = 0; index < workers.length; index += 1) workers[(first + index) % workers.length]?.turn();
      claim();
    });
  };

  let inSlots = 0;
  let slotMs = 0;
  let slotsSinceMs = 0;
  const slotsChange = (by: number): void => {
    slotMs += inSlots * (clock.nowMs - slotsSinceMs);
    slotsSinceMs = clock.nowMs;
    inSlots += by;
  };
  const smtpMs = (): number => times.smtpMs[Math.floor(random() * times.smtpMs.length)] ?? 0;
  const workers = Array.from({ length: system.workers }, () => {
    const thread = new Station(clock, 1);
    let free = system.slots;
    let outcomes = 0;
    let asking = false;
    let gathering = false;
    const attempt = (handedOverMs: number): void =>
      thread.serve(ms(times.workerUs), () =>
        clock.after(smtpMs(), () => {
          slotsChange(-1);
          free += 1;
          outcomes += 1;
          sent += 1;
          if (clock.nowMs > settledMs) latencies.push(clock.nowMs - handedOverMs);
          turn();
        }),
      );
    /** Records what has ended and takes as many as there are free slots, in one statement. */
    const turn = (): void => {
      if (asking) return;
      if ((free === 0 || claimed.length === 0) && (outcomes === 0 || !gathering)) {
        if (outcomes > 0 && !gathering) {
          gathering = true;
          clock.after(GATHER_OUTCOMES_MS, turn);
        }
        return;
      }
      asking = true;
      gathering = false;
      const batch = claimed.take(free);
      const recorded = outcomes;
      free -= batch.length;
      outcomes = 0;
      slotsChange(batch.length);
      statement(times.postgres.takeUs * batch.length + times.postgres.recordUs * recorded, () => {
        asking = false;
        batch.forEach(attempt);
        turn();
      });
    };
    return { thread, turn };
  });

  const arrive = (perSecond: number, hand: () => void): void => {
    if (perSecond <= 0) return;
    clock.after(nextArrivalMs(perSecond, random), () => (hand(), arrive(perSecond, hand)));
  };
  arrive(system.streamPerSecond, consumer.hand);
  for (const { hand } of intakes) arrive(system.httpPerSecond / system.intakes, hand);

  const waitingNow = (): number => [consumer, ...intakes].reduce((all, { waiting }) => all + waiting.length, due.length + claimed.length);
  clock.runUntil(settledMs);
  const before = { sent, waiting: waitingNow(), stations: new Map<Station, number>() };
  const threads = workers.map(({ thread }) => thread);
  const intakeStations = intakes.flatMap((intake) => intake.stations);
  const stations = [postgres, ...consumer.stations, ...intakeStations, ...threads];
  for (const station of stations) before.stations.set(station, station.workedMs);
  slotsChange(0);
  slotMs = 0;
  clock.runUntil(system.seconds * 1000);
  slotsChange(0);

  const spanMs = clock.nowMs - settledMs;
  const busy = (...some: readonly Station[]): number =>
    some.length === 0 ? 0 : Math.max(...some.map((station) => station.utilisation(settledMs, before.stations.get(station) ?? 0)));
  latencies.sort((a, b) => a - b);
  const quantile = (share: number): number => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? Infinity;
  const waiting = waitingNow();
  const offered = system.streamPerSecond + system.httpPerSecond;
  return {
    sentPerSecond: ((sent - before.sent) * 1000) / spanMs,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    waiting,
    // A tenth of a second of what comes may be under way, and half a per cent more than at first.
    stable: waiting - before.waiting < 0.1 * offered + 0.005 * offered * (spanMs / 1000),
    busy: {
      postgres: busy(postgres),
      consumer: system.streamPerSecond > 0 ? busy(...consumer.stations) : 0,
      intakes: system.httpPerSecond > 0 ? busy(...intakeStations) : 0,
      workers: busy(...threads),
      slots: slotMs / (spanMs * system.workers * system.slots),
    },
  };
}
