// A router query that can also be asked again behind the scenes.
import { query, revalidate } from "@solidjs/router";

/**
 * `refresh` asks first and shows the answer after: until then, and if it fails, what is on screen stays. It rejects with
 * what `ask` rejects with.
 */
export function liveQuery<Args extends unknown[], Answer extends object>(
  ask: (...args: Args) => Promise<Answer>,
  name: string,
) {
  const cached = query(ask, name);
  const refresh = async (...args: Args): Promise<void> => {
    const answer: object = await ask(...args);
    query.set(cached.keyFor(...args), answer);
    await revalidate(cached.keyFor(...args), false);
  };
  return Object.assign(cached, { refresh });
}
