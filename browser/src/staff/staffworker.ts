import { Keeper, type KeeperOperations, type Timer } from "./keeper";
import { type Said, serve } from "./serve";

/** Keeps the key of whoever signs in, for the page at the other end. What may be asked stands in keeper.ts. */
export function serveKeeper(end: MessageEnd, timer: Timer = platform): void {
  const keeper = new Keeper(timer, () => end.postMessage({ locked: true } satisfies Said));
  serve<KeeperOperations>(end, keeper.handlers(), (op, after) => {
    if (op !== "lock" || !after) keeper.touch();
  });
}

const platform: Timer = {
  start: (run, milliseconds) => setTimeout(run, milliseconds),
  stop: (started) => clearTimeout(started),
};
