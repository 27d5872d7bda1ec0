import type { SendNotification } from '../../../src/feederd/notify/send-notification.ts';
import type { Installation } from '../installation.ts';
import type { SimProcess } from '../world/sim-process.ts';

/** Who is told of jobs: takes it, fails, or takes its time; and its answer may get lost. */
export function receiverFor(process: SimProcess, installation: Installation): SendNotification {
  const { line, world, judge, facts, troubles, settings, plans } = installation;
  return async (job, notification) => {
    const isSlow = world.random.chance(troubles.receiver);
    if (isSlow)
      await process.clock.sleep(world.random.next() * settings.notifyTimeoutSeconds * 1000);
    try {
      return await line.call(process, 'receiver', `tell ${notification.id}`, () => {
        const plan = plans.get(job.uniqueId)?.receiver;
        if (plan === 'gone') {
          facts.count('a receiver is gone');
          return { delivered: false, status: 410, error: 'the receiver answered 410' };
        }
        if (plan === 'asks for time' && !facts.askedSeconds.has(notification.id)) {
          const retryAfterSeconds = world.random.whole(8, 40);
          facts.askedSeconds.set(notification.id, retryAfterSeconds);
          facts.count('a receiver asks for time');
          return { delivered: false, status: 429, error: 'not now', retryAfterSeconds };
        }
        const wasTaken = !world.random.chance(troubles.receiver);
        judge.tell('told', { job, notification, wasTaken });
        if (!wasTaken) return { delivered: false, status: 503, error: 'the receiver answered 503' };
        facts.taken.add(notification.id);
        return { delivered: true, status: 200 };
      });
    } catch {
      return { delivered: false, error: 'no answer' };
    }
  };
}
