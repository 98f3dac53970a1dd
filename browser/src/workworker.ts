import { solve } from "./work";
import { type Job, report, tell } from "./worker";

/** Does the work of one challenge for the page at the other end. */
export function serveWork(end: MessageEnd): void {
  end.onmessage = ({ data }) => {
    const job = data as Job;
    if (job.op !== "solve") return;
    report(end, async () => {
      const onProgress = (rounds: number) => tell(end, { op: "rounds", rounds });
      const limit = job.maxRounds === undefined ? {} : { maxRounds: job.maxRounds };
      tell(end, { op: "solved", solution: await solve(job.challenge, { onProgress, ...limit }) });
    });
  };
}
